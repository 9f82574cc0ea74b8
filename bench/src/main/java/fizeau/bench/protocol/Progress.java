// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.protocol;

import java.io.PrintStream;
import java.util.Locale;

/**
 * What is being done and how long it will still take: one line that is overwritten on a terminal, plain lines elsewhere (a
 * line when a step begins, none for parts of it).
 */
public final class Progress {
    private static final int WIDTH = 100;

    private final PrintStream out;
    private final boolean terminal;
    private final long startNanos = System.nanoTime();

    /**
     * @param out where to write, normally standard error
     * @param terminal whether a person watches: the line is then redrawn in place
     */
    public Progress(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** Seconds since this progress began. */
    public double elapsedSeconds() {
        return (System.nanoTime() - startNanos) * 1e-9;
    }

    /** Announces a step. */
    public void step(String what, double secondsLeft) {
        String line = what + left(secondsLeft);
        if (terminal) {
            redraw(line);
        } else {
            out.println(line);
        }
    }

    /** Shows part of a step; written on terminals only. */
    public void part(String what, double share, double secondsLeft) {
        if (terminal) {
            redraw(String.format(Locale.ROOT, "%s %3.0f %%%s", what, 100 * share, left(secondsLeft)));
        }
    }

    /** A line that stays. */
    public void note(String line) {
        done();
        out.println(line);
    }

    /** Clears the line that was overwritten. */
    public void done() {
        if (terminal) {
            redraw("");
        }
    }

    private void redraw(String line) {
        String cut = line.length() > WIDTH ? line.substring(0, WIDTH) : line;
        out.print("\r" + cut + " ".repeat(WIDTH - cut.length()) + "\r");
        out.flush();
    }

    private static String left(double seconds) {
        if (!(seconds > 0)) {
            return "";
        }
        long whole = Math.round(seconds);
        return whole < 60
                ? ", about " + whole + " s left"
                : String.format(Locale.ROOT, ", about %d min %02d s left", whole / 60, whole % 60);
    }
}
