// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.backend.cuda.raw.Closing;
import fizeau.backend.cuda.raw.DeviceMemory;
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
            DeviceAddress spectrum = project(source, complex);
            session.launch(new RowAmplitudeParameters(
                    spectrum, origins(), rootsY, rootsX, amplitudes.address(), geometry, geometry.fastestRadix()));
        }

        @Override
        public void adjoint(DeviceMemory source, DeviceMemory amplitudeGradient, DeviceMemory gradient) {
            FrameGeometry sizes = geometry.frame();
            int radix = geometry.fastestRadix();
            DeviceAddress spectrum = project(source, false);
            DeviceAddress rows = reserve(Workspace.Role.ROW_ADJOINT, (long) sizes.ny() * geometry.boxNx());
            DeviceAddress columns = reserve(Workspace.Role.COLUMN_ADJOINT, (long) geometry.boxNy() * sizes.objectNx());
            session.launch(new RowGradientParameters(
                    spectrum,
                    origins(),
                    rootsY,
                    rootsX,
                    amplitudeGradient.address(),
                    rows,
                    geometry,
                    radix,
                    RowL1Parameters.tileFor(geometry, radix)));
            session.launch(new BoxAdjointParameters(rows, samples(), origins(), rootsY, rootsX, columns, geometry));
            session.launch(new ObjectAdjointParameters(columns, origins(), rootsY, gradient.address(), geometry, 0));
        }

        private DeviceAddress project(DeviceMemory source, boolean complex) {
            DeviceAddress spectrum = reserve(Workspace.Role.SPECTRUM, (long) geometry.boxNy() * geometry.boxNx());
            session.launch(
                    complex
                            ? new BoxProjectFieldParameters(
                                    source.address(), samples(), origins(), rootsY, rootsX, spectrum, geometry)
                            : new BoxProjectParameters(
                                    source.address(), samples(), origins(), rootsY, rootsX, spectrum, geometry));
            return spectrum;
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
