#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Unpacks the bundle's archive and runs it as on a bare host: no JDK, no compiler and no variable on the path or in the
# environment, nothing but what the launcher calls. Usage: bare-host.sh ARCHIVE
set -eu

archive=$1
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
tar --extract --xz --file "$archive" --directory "$place"

mkdir "$place/bin"
for tool in sh dirname basename readlink; do
    ln -s "$(command -v "$tool")" "$place/bin/$tool"
done
bare() {
    env -i "PATH=$place/bin" "HOME=$place" "$@"
}

complain() {
    echo "the bundle does not serve a bare host: $1" >&2
    exit 1
}

[ -z "$(bare sh -c 'command -v java' || true)" ] || complain "java is on the path that was to have none"

bare "$place/bundle/run" doctor >"$place/doctor.txt" || complain "doctor ended with exit code $?"
cat "$place/doctor.txt"
grep -q '^libtorch .*not part of this installation' "$place/doctor.txt" || complain "doctor finds a libtorch"
grep -q '^Would run ' "$place/doctor.txt" || complain "doctor does not end its sentence"

bare "$place/bundle/run" compare --device cpu 2>"$place/refusal.txt" && complain "compare found a libtorch"
grep -q 'is not part of this installation' "$place/refusal.txt" || complain "compare says: $(cat "$place/refusal.txt")"

bare "$place/bundle/run" test >"$place/tests.txt" 2>&1 || {
    cat "$place/tests.txt"
    complain "tests failed"
}
grep -E 'tests of|tests successful|tests failed' "$place/tests.txt"
for module in native-configs kernels engine; do
    sed -n "/tests of $module-/,/tests failed/p" "$place/tests.txt" | grep -q '[1-9][0-9]* tests successful' ||
        complain "no test of $module ran"
done
