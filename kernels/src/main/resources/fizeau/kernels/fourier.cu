// SPDX-License-Identifier: Apache-2.0
//
// What stands around the transforms of a cuFFT plan when the measurement operator goes through the full FFT: shifts, masks,
// the detector and its gradient, each in one pass. cuFFT's transforms are unscaled and start at frequency 0; the shifts to
// centred coordinates are folded into indices here, so they cost nothing and hold for odd sizes too. A field in FFT order
// keeps the centred sample (y, x) at ((y - ny / 2) mod ny, (x - nx / 2) mod nx).
//
//     forward   embed_object, FFT, box_multiply, FFT, field_amplitude
//     gradient  embed_object, FFT, box_multiply, FFT, field_l1, FFT, box_multiply, FFT, extract_object
// embed_field takes a complex object in place of a real one; field_gradient, in place of field_l1, a gradient that is given.
// mask_multiply takes masks of the whole frame in place of masks in boxes.
//
// box_multiply and mask_multiply carry the scale of both transforms around them. For frames with two even edges checkerboard_multiply turns
// the plain transform into the centred one without moving a sample, for fields that must stay centred in memory.
//
// Launch shape of all: one block per row (grid x) and image (grid y), any number of whole warps, no dynamic shared memory.
// Shapes: fields [images][ny][nx], complex; masks [entries][ny][nx], real and centred, or [entries][boxNy][boxNx] with
// boxOrigins [entries][2] as in measure.cu; objects and gradients [objects][objectNy][objectNx]; measurements and targets
// [entries][ny][nx], as the detector sees them.
// Java references: fizeau.kernels.FourierReference, the method of the same name in camel case.
#include "fizeau.cuh"

// Centred coordinate of index `index` in FFT order.
static __device__ __forceinline__ int centredOf(int index, int order) {
    int centred = index + order / 2;
    return centred >= order ? centred - order : centred;
}

// Index in FFT order of a centred coordinate.
static __device__ __forceinline__ int fftOrderOf(int centred, int order) {
    int index = centred - order / 2;
    return index < 0 ? index + order : index;
}

// Start of a row in an array of ny x nx images.
static __device__ __forceinline__ long long rowStart(int image, int row, int ny, int nx) {
    return imageStart(image, ny, nx) + static_cast<long long>(row) * nx;
}

struct EmbedObjectParameters {
    const float *object;
    float2 *field;  // [objects], FFT order
    FrameGeometry frame;
};

// field = the object inside the frame, zero around it. Images: objects. Java reference: FourierReference.embedObject.
extern "C" __global__ void embed_object(const EmbedObjectParameters p) {
    const FrameGeometry &frame = p.frame;
    const int row = blockIdx.x, object = blockIdx.y;
    const int i = centredOf(row, frame.ny) - frame.objectTop;
    const bool rowInside = i >= 0 && i < frame.objectNy;
    const float *__restrict__ source = p.object + rowStart(object, rowInside ? i : 0, frame.objectNy, frame.objectNx);
    float2 *out = p.field + rowStart(object, row, frame.ny, frame.nx);
    for (int column = threadIdx.x; column < frame.nx; column += blockDim.x) {
        const int j = centredOf(column, frame.nx) - frame.objectLeft;
        const bool inside = rowInside && j >= 0 && j < frame.objectNx;
        out[column] = make_float2(inside ? source[j] : 0.0f, 0.0f);
    }
}

struct EmbedFieldParameters {
    const float2 *object;  // complex, otherwise as in embed_object
    float2 *field;
    FrameGeometry frame;
};

// The same for a complex object. Java reference: FourierReference.embedField.
extern "C" __global__ void embed_field(const EmbedFieldParameters p) {
    const FrameGeometry &frame = p.frame;
    const int row = blockIdx.x, object = blockIdx.y;
    const int i = centredOf(row, frame.ny) - frame.objectTop;
    const bool rowInside = i >= 0 && i < frame.objectNy;
    const float2 *__restrict__ source = p.object + rowStart(object, rowInside ? i : 0, frame.objectNy, frame.objectNx);
    float2 *out = p.field + rowStart(object, row, frame.ny, frame.nx);
    for (int column = threadIdx.x; column < frame.nx; column += blockDim.x) {
        const int j = centredOf(column, frame.nx) - frame.objectLeft;
        const bool inside = rowInside && j >= 0 && j < frame.objectNx;
        out[column] = inside ? source[j] : make_float2(0, 0);
    }
}

struct MaskMultiplyParameters {
    const float2 *field;  // [objects] or [entries], FFT order
    const float *mask;
    float2 *masked;  // [entries], FFT order; may be `field` where each entry has its own
    FrameGeometry frame;
    int sharedField;  // 1: field holds one image per object, 0: one per entry
};

// masked = mask . field / (ny nx). Images: entries. Java reference: FourierReference.maskMultiply.
extern "C" __global__ void mask_multiply(const MaskMultiplyParameters p) {
    const FrameGeometry &frame = p.frame;
    const int row = blockIdx.x, entry = blockIdx.y;
    const int source = p.sharedField ? entry / frame.masksPerObject : entry;
    const float2 *field = p.field + rowStart(source, row, frame.ny, frame.nx);
    const float *__restrict__ mask = p.mask + rowStart(entry, centredOf(row, frame.ny), frame.ny, frame.nx);
    float2 *masked = p.masked + rowStart(entry, row, frame.ny, frame.nx);
    const float scale = 1.0f / (static_cast<float>(frame.ny) * static_cast<float>(frame.nx));
    for (int column = threadIdx.x; column < frame.nx; column += blockDim.x) {
        masked[column] = scaled(field[column], mask[centredOf(column, frame.nx)] * scale);
    }
}

struct BoxMultiplyParameters {
    const float2 *field;    // [objects] or [entries], FFT order
    const float *mask;      // [entries][boxNy][boxNx]
    const int *boxOrigins;  // [entries][2], the box inside the frame
    float2 *masked;         // [entries], FFT order; may be `field` where each entry has its own
    BoxGeometry geometry;
    int sharedField;  // 1: field holds one image per object, 0: one per entry
};

// The same for masks that vanish outside a box: neither field nor mask is read there. Images: entries.
// Java reference: FourierReference.boxMultiply.
extern "C" __global__ void box_multiply(const BoxMultiplyParameters p) {
    const FrameGeometry &frame = p.geometry.frame;
    const int boxNy = p.geometry.boxNy, boxNx = p.geometry.boxNx;
    const int row = blockIdx.x, entry = blockIdx.y;
    const int k = centredOf(row, frame.ny) - p.boxOrigins[2 * entry], left = p.boxOrigins[2 * entry + 1];
    const bool rowInside = k >= 0 && k < boxNy;
    const int source = p.sharedField ? entry / frame.masksPerObject : entry;
    const float2 *field = p.field + rowStart(source, row, frame.ny, frame.nx);
    const float *__restrict__ mask = p.mask + rowStart(entry, rowInside ? k : 0, boxNy, boxNx);
    float2 *masked = p.masked + rowStart(entry, row, frame.ny, frame.nx);
    const float scale = 1.0f / (static_cast<float>(frame.ny) * static_cast<float>(frame.nx));
    for (int column = threadIdx.x; column < frame.nx; column += blockDim.x) {
        const int l = centredOf(column, frame.nx) - left;
        const bool inside = rowInside && l >= 0 && l < boxNx;
        masked[column] = inside ? scaled(field[column], mask[l] * scale) : make_float2(0, 0);
    }
}

struct CheckerboardMultiplyParameters {
    float2 *field;  // [images], changed in place
    int ny, nx;
    int images;
    float scale;
};

// field[y][x] *= scale (-1)^(y + x). With even edges, centred transform = checkerboard . transform . checkerboard times
// (-1)^(ny / 2 + nx / 2). Java reference: FourierReference.checkerboardMultiply.
extern "C" __global__ void checkerboard_multiply(const CheckerboardMultiplyParameters p) {
    const int row = blockIdx.x, image = blockIdx.y;
    float2 *field = p.field + rowStart(image, row, p.ny, p.nx);
    for (int column = threadIdx.x; column < p.nx; column += blockDim.x) {
        field[column] = scaled(field[column], (row + column) % 2 == 0 ? p.scale : -p.scale);
    }
}

// Where the detector sees row `row` of a field in FFT order: its column c in FFT order is at this index minus centredOf(c).
static __device__ __forceinline__ long long detectorRow(int entry, int row, int ny, int nx) {
    return rowStart(entry, ny - 1 - centredOf(row, ny), ny, nx) + nx - 1;
}

struct FieldAmplitudeParameters {
    const float2 *field;  // [entries], FFT order
    float *measurement;
    FrameGeometry frame;
};

// measurement = J |field|. Images: entries. Java reference: FourierReference.fieldAmplitude.
extern "C" __global__ void field_amplitude(const FieldAmplitudeParameters p) {
    const FrameGeometry &frame = p.frame;
    const int row = blockIdx.x, entry = blockIdx.y;
    const float2 *__restrict__ field = p.field + rowStart(entry, row, frame.ny, frame.nx);
    const long long detector = detectorRow(entry, row, frame.ny, frame.nx);
    for (int column = threadIdx.x; column < frame.nx; column += blockDim.x) {
        p.measurement[detector - centredOf(column, frame.nx)] = magnitude(field[column]);
    }
}

struct FieldL1Parameters {
    float2 *field;  // [entries], FFT order; replaced by the conjugated gradient
    const float *target;
    const float *weights;  // [entries], factor of |a - target| for every sample of an entry
    double *rowLoss;       // [entries][ny], rows in FFT order
    FrameGeometry frame;
};

// rowLoss = weights[e] sum |a - target| over one row; field becomes conj(q), ready for the transform back. Images: entries.
// Java reference: FourierReference.fieldL1.
extern "C" __global__ void field_l1(const FieldL1Parameters p) {
    __shared__ double scratch[MAX_WARPS];
    const FrameGeometry &frame = p.frame;
    const int row = blockIdx.x, entry = blockIdx.y;
    float2 *field = p.field + rowStart(entry, row, frame.ny, frame.nx);
    const long long detector = detectorRow(entry, row, frame.ny, frame.nx);
    const float weight = p.weights[entry];
    double loss = 0;
    for (int column = threadIdx.x; column < frame.nx; column += blockDim.x) {
        const float2 u = field[column];
        const float amplitude = magnitude(u);
        const float difference = amplitude - p.target[detector - centredOf(column, frame.nx)];
        loss += fabsf(difference);
        field[column] = conjugateL1Gradient(u, amplitude, difference, weight);
    }
    loss = blockSum(loss, scratch);
    if (threadIdx.x == 0) {
        p.rowLoss[imageStart(entry, frame.ny, 1) + row] = loss * weight;
    }
}

struct FieldGradientParameters {
    float2 *field;                   // [entries], FFT order; replaced by the conjugated gradient
    const float *amplitudeGradient;  // [entries][ny][nx], as the detector sees it
    FrameGeometry frame;
};

// As field_l1, for a loss whose gradient with respect to the amplitudes is given. Images: entries.
// Java reference: FourierReference.fieldGradient.
extern "C" __global__ void field_gradient(const FieldGradientParameters p) {
    const FrameGeometry &frame = p.frame;
    const int row = blockIdx.x, entry = blockIdx.y;
    float2 *field = p.field + rowStart(entry, row, frame.ny, frame.nx);
    const long long detector = detectorRow(entry, row, frame.ny, frame.nx);
    for (int column = threadIdx.x; column < frame.nx; column += blockDim.x) {
        field[column] = conjugateGradient(field[column], p.amplitudeGradient[detector - centredOf(column, frame.nx)]);
    }
}

struct ExtractObjectParameters {
    const float2 *field;  // [entries], FFT order
    float *gradient;
    FrameGeometry frame;
    int accumulate;  // 0: gradient is overwritten; 1: added to
};

// gradient = Re P' field, summed over the masks of an object. Grid x: objectNy rows; images: objects.
// Java reference: FourierReference.extractObject.
extern "C" __global__ void extract_object(const ExtractObjectParameters p) {
    const FrameGeometry &frame = p.frame;
    const int i = blockIdx.x, object = blockIdx.y;
    const int row = fftOrderOf(frame.objectTop + i, frame.ny);
    float *gradient = p.gradient + rowStart(object, i, frame.objectNy, frame.objectNx);
    for (int j = threadIdx.x; j < frame.objectNx; j += blockDim.x) {
        const int column = fftOrderOf(frame.objectLeft + j, frame.nx);
        float sum = p.accumulate ? gradient[j] : 0.0f;
        for (int m = 0; m < frame.masksPerObject; m++) {
            const int entry = object * frame.masksPerObject + m;
            sum += p.field[rowStart(entry, row, frame.ny, frame.nx) + column].x;
        }
        gradient[j] = sum;
    }
}
