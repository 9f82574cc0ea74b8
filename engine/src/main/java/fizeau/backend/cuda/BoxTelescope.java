// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.backend.Closing;
import fizeau.backend.cuda.raw.DeviceMemory;
import fizeau.kernels.AmplitudeL1Parameters;
import fizeau.kernels.BoxAdjointParameters;
import fizeau.kernels.BoxGeometry;
import fizeau.kernels.BoxProjectFieldParameters;
import fizeau.kernels.BoxProjectParameters;
import fizeau.kernels.DeviceAddress;
import fizeau.kernels.ObjectAdjointParameters;
import fizeau.kernels.RowAmplitudeParameters;
import fizeau.kernels.RowGradientParameters;
import fizeau.kernels.RowL1Parameters;
import fizeau.optics.Shape;
import java.util.List;

/** The telescope in box form: the field of the frame is never stored. Borrows session, caches and workspace. */
final class BoxTelescope implements DeviceTelescope {

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

    @Override
    public Batch prepare(MaskBatch masks, int objects) {
        return new Boxes(masks, masks.geometry(object, objects));
    }

    @Override
    public void compare(
            DeviceMemory source,
            MaskBatch mask,
            DeviceAddress target,
            DeviceAddress weight,
            DeviceAddress rowLoss,
            DeviceAddress gradient,
            boolean accumulate,
            boolean fused) {
        try (Boxes boxes = new Boxes(mask, mask.geometry(object, 1))) {
            boxes.compare(source, target, weight, rowLoss, gradient, accumulate, fused);
        }
    }

    /** A measurement, and then its gradient. */
    private DeviceAddress measurement() {
        return workspace
                .reserve(Workspace.Role.DETECTOR_GRADIENT, (long) Float.BYTES * frame.count())
                .address();
    }

    @Override
    public void pinTables(List<AutoCloseable> pinned) {
        pinned.add(caches.roots(frame.ny()));
        pinned.add(caches.roots(frame.nx()));
    }

    @Override
    public void reserve(MaskBatch mask, boolean fused) {
        if (!fused) {
            measurement();
        }
        try (Boxes boxes = new Boxes(mask, mask.geometry(object, 1))) {
            boxes.spectrum();
            boxes.rows();
            boxes.columns();
        }
    }

    private final class Boxes implements Batch {
        private final BoxGeometry geometry;
        private final Leases leases = new Leases();
        private final DeviceMasks masks;
        private final DeviceAddress rootsY;
        private final DeviceAddress rootsX;

        Boxes(MaskBatch batch, BoxGeometry geometry) {
            this.geometry = geometry;
            try {
                this.masks = leases.keep(caches.masks(batch));
                this.rootsY = leases.keep(caches.roots(frame.ny())).address();
                this.rootsX = leases.keep(caches.roots(frame.nx())).address();
            } catch (RuntimeException failure) {
                throw Closing.afterFailure(failure, leases);
            }
        }

        @Override
        public void measure(DeviceMemory source, boolean complex, DeviceMemory amplitudes) {
            amplitudes(project(source, complex), amplitudes.address());
        }

        @Override
        public void adjoint(DeviceMemory source, DeviceMemory amplitudeGradient, DeviceMemory gradient) {
            DeviceAddress spectrum = project(source, false);
            DeviceAddress rows = rows();
            goBack(spectrum, amplitudeGradient.address(), rows);
            finishAdjoint(rows, gradient.address(), false);
        }

        void compare(
                DeviceMemory source,
                DeviceAddress target,
                DeviceAddress weight,
                DeviceAddress rowLoss,
                DeviceAddress gradient,
                boolean accumulate,
                boolean fused) {
            int radix = geometry.fastestRadix();
            DeviceAddress spectrum = project(source, false);
            DeviceAddress rows = rows();
            if (fused) {
                session.launch(new RowL1Parameters(
                        spectrum,
                        origins(),
                        rootsY,
                        rootsX,
                        target,
                        weight,
                        rows,
                        rowLoss,
                        geometry,
                        radix,
                        RowL1Parameters.tileFor(geometry, radix)));
            } else {
                DeviceAddress measured = measurement();
                amplitudes(spectrum, measured);
                session.launch(new AmplitudeL1Parameters(measured, target, weight, rowLoss, frame.ny(), frame.nx()));
                goBack(spectrum, measured, rows);
            }
            finishAdjoint(rows, gradient, accumulate);
        }

        private void amplitudes(DeviceAddress spectrum, DeviceAddress amplitudes) {
            session.launch(new RowAmplitudeParameters(
                    spectrum, origins(), rootsY, rootsX, amplitudes, geometry, geometry.fastestRadix()));
        }

        private void goBack(DeviceAddress spectrum, DeviceAddress amplitudeGradient, DeviceAddress rows) {
            int radix = geometry.fastestRadix();
            session.launch(new RowGradientParameters(
                    spectrum,
                    origins(),
                    rootsY,
                    rootsX,
                    amplitudeGradient,
                    rows,
                    geometry,
                    radix,
                    RowL1Parameters.tileFor(geometry, radix)));
        }

        /** From the adjoint of each field row to the object's gradient. */
        private void finishAdjoint(DeviceAddress rows, DeviceAddress gradient, boolean accumulate) {
            DeviceAddress columns = columns();
            session.launch(new BoxAdjointParameters(rows, samples(), origins(), rootsY, rootsX, columns, geometry));
            session.launch(
                    new ObjectAdjointParameters(columns, origins(), rootsY, gradient, geometry, accumulate ? 1 : 0));
        }

        private DeviceAddress project(DeviceMemory source, boolean complex) {
            DeviceAddress spectrum = spectrum();
            session.launch(
                    complex
                            ? new BoxProjectFieldParameters(
                                    source.address(), samples(), origins(), rootsY, rootsX, spectrum, geometry)
                            : new BoxProjectParameters(
                                    source.address(), samples(), origins(), rootsY, rootsX, spectrum, geometry));
            return spectrum;
        }

        private DeviceAddress spectrum() {
            return reserve(Workspace.Role.SPECTRUM, (long) geometry.boxNy() * geometry.boxNx());
        }

        private DeviceAddress rows() {
            return reserve(Workspace.Role.ROW_ADJOINT, (long) geometry.frame().ny() * geometry.boxNx());
        }

        private DeviceAddress columns() {
            return reserve(
                    Workspace.Role.COLUMN_ADJOINT,
                    (long) geometry.boxNy() * geometry.frame().objectNx());
        }

        /** Complex values, so many for each entry. */
        private DeviceAddress reserve(Workspace.Role role, long values) {
            return workspace
                    .reserve(role, COMPLEX_BYTES * geometry.frame().entries() * values)
                    .address();
        }

        private DeviceAddress samples() {
            return masks.samples().address();
        }

        private DeviceAddress origins() {
            return masks.origins().address();
        }

        @Override
        public void close() {
            leases.close();
        }
    }
}
