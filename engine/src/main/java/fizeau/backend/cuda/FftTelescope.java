// SPDX-License-Identifier: Apache-2.0
package fizeau.backend.cuda;

import fizeau.backend.Closing;
import fizeau.backend.cuda.raw.CufftPlan;
import fizeau.backend.cuda.raw.DeviceMemory;
import fizeau.kernels.AmplitudeL1Parameters;
import fizeau.kernels.BoxGeometry;
import fizeau.kernels.BoxMultiplyParameters;
import fizeau.kernels.DeviceAddress;
import fizeau.kernels.EmbedFieldParameters;
import fizeau.kernels.EmbedObjectParameters;
import fizeau.kernels.ExtractObjectParameters;
import fizeau.kernels.FieldAmplitudeParameters;
import fizeau.kernels.FieldGradientParameters;
import fizeau.kernels.FieldL1Parameters;
import fizeau.kernels.FrameGeometry;
import fizeau.optics.Shape;
import java.util.List;

/**
 * The telescope by the full FFTs of cuFFT. Shifts, masks, scale and the detector's reversal are folded into the kernels before,
 * between and after the transforms; the objects' spectra are computed once, however many masks they are seen through. Borrows
 * session, caches and workspace.
 */
final class FftTelescope implements DeviceTelescope {

    private static final long COMPLEX_BYTES = 2L * Float.BYTES;

    private final Shape object;
    private final Shape frame;
    private final CudaSession session;
    private final DeviceCaches caches;
    private final Workspace workspace;

    FftTelescope(Shape object, Shape frame, CudaSession session, DeviceCaches caches, Workspace workspace) {
        this.object = object;
        this.frame = frame;
        this.session = session;
        this.caches = caches;
        this.workspace = workspace;
    }

    @Override
    public Batch prepare(MaskBatch masks, int objects) {
        return new Fields(masks, masks.geometry(object, objects));
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
        try (Fields fields = new Fields(mask, mask.geometry(object, 1))) {
            fields.compare(source, target, weight, rowLoss, gradient, accumulate, fused);
        }
    }

    @Override
    public void reserve(MaskBatch mask, boolean fused) {
        if (!fused) {
            measurement();
        }
        workspace.reserve(Workspace.Role.FIELDS, COMPLEX_BYTES * frame.count());
    }

    /** A measurement, and then its gradient. */
    private DeviceAddress measurement() {
        return workspace
                .reserve(Workspace.Role.DETECTOR_GRADIENT, (long) Float.BYTES * frame.count())
                .address();
    }

    @Override
    public void pinTables(List<AutoCloseable> pinned) {
        pinned.add(caches.transform(new DeviceCaches.TransformKey(frame, 1)));
    }

    private final class Fields implements Batch {
        private final BoxGeometry geometry;
        private final FrameGeometry sizes;
        private final Leases leases = new Leases();
        private final DeviceMasks masks;
        private final CufftPlan ofObjects;
        private final CufftPlan ofEntries;

        Fields(MaskBatch batch, BoxGeometry geometry) {
            this.geometry = geometry;
            this.sizes = geometry.frame();
            try {
                this.masks = leases.keep(caches.masks(batch));
                this.ofEntries = plan(sizes.entries());
                this.ofObjects = sizes.objects() == sizes.entries() ? ofEntries : plan(sizes.objects());
            } catch (RuntimeException failure) {
                throw Closing.afterFailure(failure, leases);
            }
        }

        private CufftPlan plan(int images) {
            return leases.keep(caches.transform(new DeviceCaches.TransformKey(frame, images)));
        }

        @Override
        public void measure(DeviceMemory source, boolean complex, DeviceMemory amplitudes) {
            DeviceMemory fields = fields(source, complex);
            session.launch(new FieldAmplitudeParameters(fields.address(), amplitudes.address(), sizes));
        }

        @Override
        public void adjoint(DeviceMemory source, DeviceMemory amplitudeGradient, DeviceMemory gradient) {
            DeviceMemory fields = fields(source, false);
            session.launch(new FieldGradientParameters(fields.address(), amplitudeGradient.address(), sizes));
            finishAdjoint(fields, gradient.address(), false);
        }

        void compare(
                DeviceMemory source,
                DeviceAddress target,
                DeviceAddress weight,
                DeviceAddress rowLoss,
                DeviceAddress gradient,
                boolean accumulate,
                boolean fused) {
            DeviceMemory fields = fields(source, false);
            if (fused) {
                session.launch(new FieldL1Parameters(fields.address(), target, weight, rowLoss, sizes));
            } else {
                DeviceAddress measured = measurement();
                session.launch(new FieldAmplitudeParameters(fields.address(), measured, sizes));
                session.launch(new AmplitudeL1Parameters(measured, target, weight, rowLoss, frame.ny(), frame.nx()));
                session.launch(new FieldGradientParameters(fields.address(), measured, sizes));
            }
            finishAdjoint(fields, gradient, accumulate);
        }

        /** From the conjugated gradients of the fields to those of the objects. */
        private void finishAdjoint(DeviceMemory fields, DeviceAddress gradient, boolean accumulate) {
            ofEntries.transform(fields);
            mask(fields.address(), fields, 0);
            ofEntries.transform(fields);
            session.launch(new ExtractObjectParameters(fields.address(), gradient, sizes, accumulate ? 1 : 0));
        }

        /** The fields on the detector, in FFT order. */
        private DeviceMemory fields(DeviceMemory source, boolean complex) {
            boolean own =
                    sizes.objects() == sizes.entries(); // then each entry has a spectrum of its own, masked in place
            DeviceMemory fields = reserve(Workspace.Role.FIELDS, sizes.entries());
            DeviceMemory spectra = own ? fields : reserve(Workspace.Role.OBJECT_FIELDS, sizes.objects());
            session.launch(
                    complex
                            ? new EmbedFieldParameters(source.address(), spectra.address(), sizes)
                            : new EmbedObjectParameters(source.address(), spectra.address(), sizes));
            ofObjects.transform(spectra);
            mask(spectra.address(), fields, own ? 0 : 1);
            ofEntries.transform(fields);
            return fields;
        }

        private void mask(DeviceAddress spectra, DeviceMemory fields, int shared) {
            session.launch(new BoxMultiplyParameters(
                    spectra, masks.samples().address(), masks.origins().address(), fields.address(), geometry, shared));
        }

        private DeviceMemory reserve(Workspace.Role role, int images) {
            return workspace.reserve(role, COMPLEX_BYTES * images * frame.count());
        }

        @Override
        public void close() {
            leases.close();
        }
    }
}
