#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Puts the portable bundle together from what Maven copied into target/, and packs it. Run by `mvn -Pbundle package`.
# Usage: assemble.sh JAVA_HOME MODULE_FOLDER ARCHIVE_NAME
set -eu

java_home=$1
module=$2
archive=$3
target=$module/target
bundle=$target/bundle
limit_bytes=45000000

# zipfs: JUnit looks for tests inside jars; desktop: plots and pictures; xml: metadata of pictures
modules=java.base,java.desktop,java.logging,java.management,java.xml,jdk.management,jdk.unsupported,jdk.zipfs

complain() {
    echo "the bundle cannot be built: $1" >&2
    exit 1
}

[ "$(uname -s)-$(uname -m)" = Linux-x86_64 ] || complain "it is for Linux on x86-64, and made there"
[ -d "$java_home/jmods" ] || complain "$java_home has no folder jmods: use a JDK, of which some distributions split jmods off"

rm -rf "$bundle"
mkdir -p "$bundle"

"$java_home/bin/jlink" --module-path "$java_home/jmods" --add-modules "$modules" \
    --strip-java-debug-attributes --no-header-files --no-man-pages --output "$bundle/runtime"
if command -v strip >/dev/null; then
    find "$bundle/runtime" -name '*.so' -exec strip --strip-unneeded {} +
fi
# Nothing here opens a window, and these would need the libraries of one.
rm -f "$bundle"/runtime/lib/libawt_xawt.so "$bundle"/runtime/lib/libjawt.so "$bundle"/runtime/lib/libsplashscreen.so \
    "$bundle"/runtime/lib/libatk-wrapper.so "$bundle"/runtime/lib/libjsound.so

# The JDK of a distribution draws with the distribution's libraries, which a GPU host may lack. Beside the JDK's own they
# are found through its run path. The C and C++ libraries have to be the host's: its CUDA libraries share them.
licences=$bundle/runtime/legal/system
for library in libfontmanager libjavajpeg liblcms; do
    ldd "$bundle/runtime/lib/$library.so" | awk '$2 == "=>" && $3 ~ /^\// { print $3 }' |
        grep -v -e "/bundle/runtime/" -e '/libc\.so' -e '/libm\.so' -e '/libdl\.so' -e '/libpthread\.so' -e '/librt\.so' \
            -e '/libstdc++\.so' -e '/libgcc_s\.so' -e '/libz\.so' || true
done | sort -u | while read -r file; do
    cp -L "$file" "$bundle/runtime/lib/"
    package=$(dpkg-query -S "$(readlink -f "$file")" 2>/dev/null | sed -n '1s/[:,].*//p' || true)
    if [ -n "$package" ] && [ -f "/usr/share/doc/$package/copyright" ]; then
        mkdir -p "$licences"
        cp -L "/usr/share/doc/$package/copyright" "$licences/$package"
    fi
done

cp -R "$target/lib" "$bundle/lib"
cp -R "$target/tests" "$bundle/tests"
cp -R "$target/test-runner" "$bundle/test-runner"
for left_out in "$bundle"/lib/pytorch-* "$bundle"/lib/openblas-* "$bundle"/lib/dnnl-* "$bundle"/lib/opencl-*; do
    [ ! -e "$left_out" ] || complain "$left_out is among the dependencies although it is excluded"
done

# One compression of everything is smaller than one of each file: jars and runtime go into the archive as they are. Of the
# jars stay out: JNvPTXCompiler of JCuda, 24 MB that nobody calls, and bindings of Bytedeco other than CUPTI's.
[ -f "$(echo "$bundle"/lib/jcuda-natives-*.jar)" ] || complain "JCuda's natives are missing from the dependencies"
for jar in "$bundle"/lib/*.jar "$bundle"/test-runner/*.jar; do
    unpacked=$target/unpacked
    rm -rf "$unpacked"
    mkdir -p "$unpacked"
    (cd "$unpacked" && "$java_home/bin/jar" --extract --file "$jar")
    case $jar in
        */jcuda-natives-*) rm -f "$unpacked"/lib/libJNvPTXCompiler-* ;;
        */cuda-*-linux-x86_64.jar)
            find "$unpacked" -name 'libjni*.so' ! -name 'libjnicupti.so' ! -name 'libjnicudart.so' -exec rm -f {} +
            ;;
        */jna-*) find "$unpacked/com/sun/jna" -name 'libjnidispatch*' ! -path '*linux-x86-64*' -exec rm -f {} + ;;
    esac
    "$java_home/bin/jar" --create --no-compress --file "$jar" --manifest "$unpacked/META-INF/MANIFEST.MF" -C "$unpacked" .
done
rm -rf "$target/unpacked"

mkdir -p "$bundle/golden"
cp "$module"/../bench/src/test/resources/golden/* "$bundle/golden/"
cp "$module/src/main/bundle/run" "$module/../LICENSE" "$bundle/"
chmod 755 "$bundle/run"

# With gzip it would be a third larger and too large. Where a host's tar knows no xz, python3 -m tarfile -e unpacks it.
command -v xz >/dev/null || complain "xz is not on the path"
tar --create --directory "$target" --sort=name --owner=0 --group=0 --numeric-owner --mtime='2026-11-01 00:00Z' bundle |
    xz -6 --threads=2 >"$target/$archive.tar.xz"
bytes=$(wc -c <"$target/$archive.tar.xz")
echo "bundle: $target/$archive.tar.xz, $bytes bytes"
[ "$bytes" -le "$limit_bytes" ] || complain "$bytes bytes are more than the $limit_bytes that it may have: see what came in"
