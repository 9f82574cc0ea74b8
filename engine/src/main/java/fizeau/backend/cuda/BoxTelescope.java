// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.backend.cuda.raw.DeviceMemory;
import fizeau.cache.BoundedCache;
import fizeau.kernels.BoxAdjointParameters;
import fizeau.kernels.BoxGeometry;
import fizeau.kernels.BoxProjectFieldParameters;
import fizeau.kernels.BoxProjectParameters;
import fizeau.kernels.DeviceAddress;
import fizeau.kernels.FrameGeometry;
import fizeau.kernels.ObjectAdjointParameters;
import fizeau.kernels.RowAmplitudeParameters;
import fizeau.kernels.RowGradientParameters;
import fizeau.kernels.RowL1Parameters;
import fizeau.optics.Shape;

/**
 * The telescope in box form on device-resident arrays: the field of the frame is never stored. Only queues work; whoever
 * reads results waits for the stream. Borrows session, caches and workspace.
 */
final class BoxTelescope {

    private static final long COMPLEX_BYTES = 2L * Float.BYTES;

    private final Shape object;
    private final Shape frame;
    private final CudaSession session;
    private final DeviceCaches caches;
    private final Workspace workspace;

    BoxTelescope(Shape object, Shape frame, CudaSession session, DeviceCaches caches, Workspace workspace) {
        this.object = object;
        this.frame = frame;
        this.session = session;
        this.caches = caches;
        this.workspace = workspace;
    }

    /**
     * Measures one object through every mask of a batch.
     *
     * @param source {@code object.count()} amplitudes, or interleaved complex values
     * @param amplitudes receives {@code masks * frame.count()} values
     */
    void measure(DeviceMemory source, boolean complex, MaskBatch batch, DeviceAddress amplitudes) {
        BoxGeometry geometry = geometry(batch);
        try (Operands operands = new Operands(batch)) {
            DeviceAddress spectrum = project(source, complex, geometry, operands);
            session.launch(new RowAmplitudeParameters(
                    spectrum,
                    operands.origins(),
                    operands.rootsY(),
                    operands.rootsX(),
                    amplitudes,
                    geometry,
                    geometry.fastestRadix()));
        }
    }

    /**
     * The adjoint at a real object, summed over the masks of a batch.
     *
     * @param amplitudeGradient {@code masks * frame.count()} values in detector order
     * @param gradient receives {@code object.count()} values
     */
    void adjoint(DeviceMemory source, MaskBatch batch, DeviceAddress amplitudeGradient, DeviceAddress gradient) {
        BoxGeometry geometry = geometry(batch);
        int radix = geometry.fastestRadix();
        try (Operands operands = new Operands(batch)) {
            DeviceAddress spectrum = project(source, false, geometry, operands);
            DeviceAddress rows = rowAdjoints(geometry);
            session.launch(new RowGradientParameters(
                    spectrum,
                    operands.origins(),
                    operands.rootsY(),
                    operands.rootsX(),
                    amplitudeGradient,
                    rows,
                    geometry,
                    radix,
                    RowL1Parameters.tileFor(geometry, radix)));
            finishAdjoint(geometry, operands, rows, gradient, false);
        }
    }

    /**
     * The weighted L1 loss of a real object's measurement through one mask, and its gradient.
     *
     * @param target {@code frame.count()} values as the detector sees them
     * @param weight one float: what a sum of absolute differences is multiplied with
     * @param rowLoss receives {@code frame.ny()} doubles that add up to the loss
     * @param gradient receives {@code object.count()} values
     * @param accumulate whether they are added to what is there
     */
    void compare(
            DeviceMemory source,
            MaskBatch batch,
            DeviceAddress target,
            DeviceAddress weight,
            DeviceAddress rowLoss,
            DeviceAddress gradient,
            boolean accumulate) {
        BoxGeometry geometry = geometry(batch);
        int radix = geometry.fastestRadix();
        try (Operands operands = new Operands(batch)) {
            DeviceAddress spectrum = project(source, false, geometry, operands);
            DeviceAddress rows = rowAdjoints(geometry);
            session.launch(new RowL1Parameters(
                    spectrum,
                    operands.origins(),
                    operands.rootsY(),
                    operands.rootsX(),
                    target,
                    weight,
                    rows,
                    rowLoss,
                    geometry,
                    radix,
                    RowL1Parameters.tileFor(geometry, radix)));
            finishAdjoint(geometry, operands, rows, gradient, accumulate);
        }
    }

    /** Reserves what a comparison through a batch needs, so that none allocates later. */
    void reserve(MaskBatch batch) {
        BoxGeometry geometry = geometry(batch);
        workspace.reserve(Workspace.Role.SPECTRUM, spectrumBytes(geometry));
        rowAdjoints(geometry);
        columnAdjoints(geometry);
    }

    private DeviceAddress rowAdjoints(BoxGeometry geometry) {
        FrameGeometry sizes = geometry.frame();
        return workspace
                .reserve(Workspace.Role.ROW_ADJOINT, COMPLEX_BYTES * sizes.entries() * sizes.ny() * geometry.boxNx())
                .address();
    }

    private DeviceAddress columnAdjoints(BoxGeometry geometry) {
        FrameGeometry sizes = geometry.frame();
        return workspace
                .reserve(
                        Workspace.Role.COLUMN_ADJOINT,
                        COMPLEX_BYTES * sizes.entries() * geometry.boxNy() * sizes.objectNx())
                .address();
    }

    private static long spectrumBytes(BoxGeometry geometry) {
        return COMPLEX_BYTES * geometry.frame().entries() * geometry.boxNy() * geometry.boxNx();
    }

    /** From the adjoint of each field row to the object's gradient. */
    private void finishAdjoint(
            BoxGeometry geometry, Operands operands, DeviceAddress rows, DeviceAddress gradient, boolean accumulate) {
        DeviceAddress columns = columnAdjoints(geometry);
        session.launch(new BoxAdjointParameters(
                rows, operands.samples(), operands.origins(), operands.rootsY(), operands.rootsX(), columns, geometry));
        session.launch(new ObjectAdjointParameters(
                columns, operands.origins(), operands.rootsY(), gradient, geometry, accumulate ? 1 : 0));
    }

    private DeviceAddress project(DeviceMemory source, boolean complex, BoxGeometry geometry, Operands operands) {
        DeviceAddress spectrum = workspace
                .reserve(Workspace.Role.SPECTRUM, spectrumBytes(geometry))
                .address();
        session.launch(
                complex
                        ? new BoxProjectFieldParameters(
                                source.address(),
                                operands.samples(),
                                operands.origins(),
                                operands.rootsY(),
                                operands.rootsX(),
                                spectrum,
                                geometry)
                        : new BoxProjectParameters(
                                source.address(),
                                operands.samples(),
                                operands.origins(),
                                operands.rootsY(),
                                operands.rootsX(),
                                spectrum,
                                geometry));
        return spectrum;
    }

    private BoxGeometry geometry(MaskBatch batch) {
        return new BoxGeometry(
                FrameGeometry.centred(
                        frame.ny(),
                        frame.nx(),
                        object.ny(),
                        object.nx(),
                        1,
                        batch.masks().size()),
                batch.boxNy(),
                batch.boxNx());
    }

    /**
     * Masks and tables on the device for the time of one call. What the caches do not keep is freed at the end, for which the
     * driver waits until the kernels are through.
     */
    private final class Operands implements AutoCloseable {
        private final BoundedCache<MaskBatch, DeviceMasks>.Lease masks;
        private final BoundedCache<Integer, DeviceMemory>.Lease rootsY;
        private final BoundedCache<Integer, DeviceMemory>.Lease rootsX;

        Operands(MaskBatch batch) {
            masks = caches.masks(batch);
            BoundedCache<Integer, DeviceMemory>.Lease ofRows = null;
            try {
                ofRows = caches.roots(frame.ny());
                rootsX = caches.roots(frame.nx());
            } catch (RuntimeException failure) {
                if (ofRows != null) {
                    ofRows.close();
                }
                masks.close();
                throw failure;
            }
            rootsY = ofRows;
        }

        DeviceAddress samples() {
            return masks.value().samples().address();
        }

        DeviceAddress origins() {
            return masks.value().origins().address();
        }

        DeviceAddress rootsY() {
            return rootsY.value().address();
        }

        DeviceAddress rootsX() {
            return rootsX.value().address();
        }

        @Override
        public void close() {
            rootsX.close();
            rootsY.close();
            masks.close();
        }
    }
}
