// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.report;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import fizeau.bench.environment.ChildProcess;
import java.awt.image.BufferedImage;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.imageio.ImageIO;

/** A headless browser that takes pictures of pages; where there is none, tests that need it are skipped. */
final class Browser {
    /** Kept for a person to look at. */
    private static final Path SCREENSHOTS = Path.of("target", "screenshots").toAbsolutePath();

    private static final int PHONE = 390;

    /** Narrower windows than this are not possible. */
    private static final int NARROWEST = 500;

    private final String program;
    private final Path scratch;

    /** @param scratch folder for its profiles */
    Browser(Path scratch) {
        this.scratch = scratch;
        this.program = chromium();
        assumeTrue(program != null, "chromium is not installed: the page is not looked at");
    }

    BufferedImage light(Path page, String name) throws Exception {
        return picture(page, name + "-light.png", 1100, List.of());
    }

    BufferedImage dark(Path page, String name) throws Exception {
        return picture(page, name + "-dark.png", 1100, List.of("--blink-settings=preferredColorScheme=0"));
    }

    /** As wide as a phone: the page is shown in a frame of that width. */
    BufferedImage phone(Path page, String name) throws Exception {
        Path frame = Files.writeString(
                scratch.resolve(name + "-frame.html"),
                "<!DOCTYPE html><body style=\"margin:0\"><iframe style=\"border:0;width:" + PHONE
                        + "px;height:2400px\" src=\"" + page.toUri() + "\"></iframe>");
        return picture(frame, name + "-phone.png", NARROWEST, List.of()).getSubimage(0, 0, PHONE, 2400);
    }

    static int colours(BufferedImage picture) {
        Set<Integer> colours = new HashSet<>();
        for (int y = 0; y < picture.getHeight(); y += 2) {
            for (int x = 0; x < picture.getWidth(); x += 2) {
                colours.add(picture.getRGB(x, y));
            }
        }
        return colours.size();
    }

    private BufferedImage picture(Path page, String name, int width, List<String> more) throws Exception {
        Files.createDirectories(SCREENSHOTS);
        Path picture = SCREENSHOTS.resolve(name);
        Files.deleteIfExists(picture);
        List<String> command = new ArrayList<>(List.of(
                program,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--hide-scrollbars",
                "--user-data-dir=" + Files.createTempDirectory(scratch, "browser"),
                "--window-size=" + width + ",2400",
                "--screenshot=" + picture));
        command.addAll(more);
        command.add(page.toUri().toString());
        ChildProcess.Answer answer = ChildProcess.ask(scratch, Map.of(), Duration.ofSeconds(60), command);
        assumeTrue(answer.succeeded() && Files.exists(picture), "chromium took no picture: " + answer.text());
        return ImageIO.read(picture.toFile());
    }

    private static String chromium() {
        for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
            for (String name : List.of("chromium", "chromium-browser", "google-chrome")) {
                Path program = Path.of(folder, name);
                if (Files.isExecutable(program)) {
                    return program.toString();
                }
            }
        }
        return null;
    }
}
