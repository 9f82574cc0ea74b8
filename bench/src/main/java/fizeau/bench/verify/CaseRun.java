// SPDX-License-Identifier: Apache-2.0
package fizeau.bench.verify;

import com.fasterxml.jackson.databind.JsonNode;
import fizeau.backend.Backend;
import fizeau.optics.Mask;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One case on one backend: what to compute, and where to report what was computed. Keeps account of which expected arrays and
 * numbers were compared, so that none is passed over in silence.
 */
final class CaseRun {

    /** Reported in place of a backend by mathematics that needs none. */
    static final String NO_BACKEND = "java";

    private static final String PRECISE = "_f64";

    private final GoldenCase golden;
    private final Backend backend;
    private final List<ArrayCheck> checks = new ArrayList<>();
    private final Set<String> comparedArrays = new HashSet<>();
    private final Set<String> comparedScalars = new HashSet<>();

    /** @param backend null where the case needs none */
    CaseRun(GoldenCase golden, Backend backend) {
        this.golden = golden;
        this.backend = backend;
    }

    GoldenCase golden() {
        return golden;
    }

    Backend backend() {
        return backend;
    }

    /** Whether the case expects an array of this name. */
    boolean expects(String array) {
        return golden.hasArray(array) && golden.array(array).output()
                || golden.hasArray(array + PRECISE)
                        && golden.array(array + PRECISE).output();
    }

    /** Whether the case expects a number of this name. */
    boolean expectsScalar(String scalar) {
        return golden.scalars().hasNonNull(scalar) || golden.scalars().hasNonNull(scalar + PRECISE);
    }

    /** Expected number, in double precision where it is stored. */
    double expectedScalar(String scalar) {
        return preciseOf(golden.scalars(), scalar).doubleValue();
    }

    /** Compares a real or interleaved complex array with the expected one. */
    void array(String name, float[] actual) {
        array(name, widen(actual));
    }

    /** Compares a real or interleaved complex array with the expected one. */
    void array(String name, double[] actual) {
        compare(name, name, actual, tolerance(name));
    }

    /** As {@link #array(String, float[])}, computed in a way worth naming beside the array. */
    void array(String name, String how, float[] actual) {
        compare(name + " (" + how + ")", name, widen(actual), tolerance(name));
    }

    void array(String name, double[] actual, double tolerance) {
        compare(name, name, actual, tolerance);
    }

    /** Compares a second result with an array, or a result with an input array, under a label of its own. */
    void extraArray(String label, String name, double[] actual) {
        compare(label, name, actual, tolerance(name));
    }

    /** As {@link #extraArray(String, String, double[])}. */
    void extraArray(String label, String name, float[] actual) {
        compare(label, name, widen(actual), tolerance(name));
    }

    private void compare(String label, String name, double[] actual, double tolerance) {
        GoldenArray expected = take(name);
        if (actual.length != expected.values().length) {
            fail(
                    name,
                    "expected " + expected.values().length + " numbers of shape " + expected.shape() + ", got "
                            + actual.length);
            return;
        }
        compared(
                name,
                Differences.largest(actual, expected.values(), expected.type().components()),
                tolerance);
    }

    /** Compares the parameters after optimiser steps, where the sign of a tiny gradient decides a full step. */
    void parametersAfterSteps(String name, float[] actual, double learningRate, int steps) {
        GoldenArray expected = take(name);
        if (actual.length != expected.values().length) {
            fail(name, "expected " + expected.values().length + " parameters, got " + actual.length);
            return;
        }
        double largest = 0;
        int apart = 0;
        for (int i = 0; i < actual.length; i++) {
            double difference = Math.abs(actual[i] - expected.values()[i]);
            largest = difference <= largest ? largest : difference;
            apart += difference <= 1e-5 ? 0 : 1;
        }
        compared(name, largest, 2 * learningRate * steps);
        compared(name + " share above 1e-5", (double) apart / actual.length, 1e-3);
    }

    /** Compares masks with the expected stack: equal sample by sample, except where single precision was undecided. */
    void masks(String name, List<Mask> actual) {
        GoldenArray expected = take(name);
        List<Mask> masks = expected.masks();
        if (masks.size() != actual.size()
                || masks.stream()
                        .anyMatch(mask -> !mask.shape().equals(actual.get(0).shape()))) {
            fail(
                    name,
                    "expected " + masks.size() + " masks of " + expected.imageShape() + ", got " + actual.size()
                            + (actual.isEmpty() ? "" : " of " + actual.get(0).shape()));
            return;
        }
        int different = 0;
        for (int i = 0; i < masks.size(); i++) {
            for (int pixel = 0; pixel < masks.get(i).shape().count(); pixel++) {
                different += masks.get(i).isOpen(pixel) == actual.get(i).isOpen(pixel) ? 0 : 1;
            }
        }
        compared(name, different, expected.uncertainPixels());
    }

    /** Compares one number; see {@link Tolerance#ofScalar} for the scale. */
    void scalar(String name, double actual, double scale) {
        takeScalar(name);
        scalarIn(golden.scalars(), name, name, actual, scale);
    }

    /** Compares several numbers kept under one name. */
    void scalars(String name, double[] actual, double scale) {
        compareScalars(name, name, actual, scale);
    }

    /** As {@link #scalars(String, double[], double)}, computed in a way worth naming beside the numbers. */
    void scalars(String name, String how, double[] actual, double scale) {
        compareScalars(name + " (" + how + ")", name, actual, scale);
    }

    private void compareScalars(String label, String name, double[] actual, double scale) {
        takeScalar(name);
        JsonNode precise = preciseOf(golden.scalars(), name);
        JsonNode single = golden.scalars().hasNonNull(name) ? golden.scalars().get(name) : precise;
        if (!precise.isArray() || precise.size() != actual.length) {
            fail(label, "expected " + precise.size() + " numbers, got " + actual.length);
            return;
        }
        double error = 0;
        double tolerance = Double.POSITIVE_INFINITY;
        for (int i = 0; i < actual.length; i++) {
            double expected = number(name, precise.get(i));
            double allowed = Tolerance.ofScalar(number(name, single.get(i)), expected, scale);
            double difference = Math.abs(actual[i] - expected);
            // reports the number that is worst in terms of its own tolerance
            if (i == 0 || !(difference / allowed <= error / tolerance)) {
                error = difference;
                tolerance = allowed;
            }
        }
        compared(label, error, actual.length == 0 ? 0 : tolerance);
    }

    /** Compares a number found inside a nested object of expected numbers. */
    void scalarIn(JsonNode holder, String key, String label, double actual, double scale) {
        double precise = number(label, preciseOf(holder, key));
        double single = holder.hasNonNull(key) ? number(label, holder.get(key)) : precise;
        double error = actual == precise ? 0 : Math.abs(actual - precise);
        compared(label, error, Tolerance.ofScalar(single, precise, scale));
    }

    /** Compares something that has no tolerance: counts, names, orders. */
    void exact(String name, Object actual, Object expected) {
        takeScalar(name);
        if (expected.equals(actual)) {
            compared(name, 0, 0);
        } else {
            fail(name, "expected " + expected + ", got " + actual);
        }
    }

    /** Reports a comparison that the caller made. */
    void compared(String label, double error, double tolerance) {
        checks.add(ArrayCheck.compared(golden, label, backendName(), error, tolerance));
    }

    /** Reports that something could not be compared, or is wrong beyond numbers. */
    void fail(String label, String note) {
        checks.add(ArrayCheck.failed(golden, label, backendName(), note));
    }

    /** Marks an expected number as covered by comparisons made under other labels, or as describing an input. */
    void takeScalar(String name) {
        comparedScalars.add(name);
        comparedScalars.add(name + PRECISE);
    }

    /** All comparisons, and a failure for each expected array or number that was not compared. */
    List<ArrayCheck> finish() {
        for (GoldenArray array : golden.arrays().values()) {
            if (array.output() && !comparedArrays.contains(array.name())) {
                fail(array.name(), "this array is not understood, so nothing was compared with it");
            }
        }
        for (Map.Entry<String, JsonNode> scalar : golden.scalars().properties()) {
            if (!comparedScalars.contains(scalar.getKey())) {
                fail(scalar.getKey(), "this number is not understood, so nothing was compared with it");
            }
        }
        if (checks.isEmpty()) {
            fail("", "the case expects nothing");
        }
        return List.copyOf(checks);
    }

    /** The reference for an array: its double-precision run where stored. */
    private GoldenArray take(String name) {
        comparedArrays.add(name);
        comparedArrays.add(name + PRECISE);
        return golden.array(golden.hasArray(name + PRECISE) ? name + PRECISE : name);
    }

    private JsonNode preciseOf(JsonNode holder, String key) {
        String stored = holder.hasNonNull(key + PRECISE) ? key + PRECISE : key;
        if (!holder.hasNonNull(stored)) {
            throw new IllegalArgumentException("case " + golden.name() + " holds no number " + key);
        }
        return holder.get(stored);
    }

    /** A number, or the text "inf" where JSON has none. */
    private double number(String label, JsonNode node) {
        if (node.isTextual() && node.textValue().matches("[+]?(inf|Infinity)")) {
            return Double.POSITIVE_INFINITY;
        }
        if (!node.isNumber()) {
            throw new IllegalArgumentException(label + " of case " + golden.name() + " must be a number, not " + node);
        }
        return node.doubleValue();
    }

    /** The integers of a list of expected numbers. */
    static List<Integer> integers(JsonNode list) {
        List<Integer> integers = new ArrayList<>();
        list.forEach(node -> integers.add(node.isIntegralNumber() ? node.intValue() : null));
        return integers;
    }

    private double tolerance(String name) {
        return Tolerance.ofArray(golden.array(golden.hasArray(name) ? name : name + PRECISE));
    }

    private static double[] widen(float[] values) {
        double[] wide = new double[values.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = values[i];
        }
        return wide;
    }

    private String backendName() {
        return backend == null ? NO_BACKEND : backend.name();
    }
}
