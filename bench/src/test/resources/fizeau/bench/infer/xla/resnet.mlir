module @network {
  func.func public @main(
      %arg0: tensor<1x3x16x16xbf16>, // input
      %arg1: tensor<7x7x3x2xbf16>, // conv1.weight
      %arg2: tensor<2xbf16>, // bn1.weight
      %arg3: tensor<2xbf16>, // bn1.bias
      %arg4: tensor<2xbf16>, // bn1.running_mean
      %arg5: tensor<2xbf16>, // bn1.running_var
      %arg6: tensor<1x1x2x2xbf16>, // layer1.0.conv1.weight
      %arg7: tensor<2xbf16>, // layer1.0.bn1.weight
      %arg8: tensor<2xbf16>, // layer1.0.bn1.bias
      %arg9: tensor<2xbf16>, // layer1.0.bn1.running_mean
      %arg10: tensor<2xbf16>, // layer1.0.bn1.running_var
      %arg11: tensor<3x3x2x2xbf16>, // layer1.0.conv2.weight
      %arg12: tensor<2xbf16>, // layer1.0.bn2.weight
      %arg13: tensor<2xbf16>, // layer1.0.bn2.bias
      %arg14: tensor<2xbf16>, // layer1.0.bn2.running_mean
      %arg15: tensor<2xbf16>, // layer1.0.bn2.running_var
      %arg16: tensor<1x1x2x8xbf16>, // layer1.0.conv3.weight
      %arg17: tensor<8xbf16>, // layer1.0.bn3.weight
      %arg18: tensor<8xbf16>, // layer1.0.bn3.bias
      %arg19: tensor<8xbf16>, // layer1.0.bn3.running_mean
      %arg20: tensor<8xbf16>, // layer1.0.bn3.running_var
      %arg21: tensor<1x1x2x8xbf16>, // layer1.0.downsample.0.weight
      %arg22: tensor<8xbf16>, // layer1.0.downsample.1.weight
      %arg23: tensor<8xbf16>, // layer1.0.downsample.1.bias
      %arg24: tensor<8xbf16>, // layer1.0.downsample.1.running_mean
      %arg25: tensor<8xbf16>, // layer1.0.downsample.1.running_var
      %arg26: tensor<3x8xbf16>, // fc.weight
      %arg27: tensor<3xbf16> // fc.bias
  ) -> tensor<1x3xf32> {
    %0 = stablehlo.transpose %arg0, dims = [0, 2, 3, 1] : (tensor<1x3x16x16xbf16>) -> tensor<1x16x16x3xbf16>
    %1 = stablehlo.convolution(%0, %arg1) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [2, 2], pad = [[3, 3], [3, 3]]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<1x16x16x3xbf16>, tensor<7x7x3x2xbf16>) -> tensor<1x8x8x2xbf16>
    %2 = stablehlo.convert %1 : (tensor<1x8x8x2xbf16>) -> tensor<1x8x8x2xf32>
    %3 = stablehlo.convert %arg5 : (tensor<2xbf16>) -> tensor<2xf32>
    %4 = stablehlo.constant dense<1.0E-5> : tensor<f32>
    %5 = stablehlo.broadcast_in_dim %4, dims = [] : (tensor<f32>) -> tensor<2xf32>
    %6 = stablehlo.add %3, %5 : tensor<2xf32>
    %7 = stablehlo.convert %arg2 : (tensor<2xbf16>) -> tensor<2xf32>
    %8 = stablehlo.rsqrt %6 : tensor<2xf32>
    %9 = stablehlo.multiply %7, %8 : tensor<2xf32>
    %10 = stablehlo.convert %arg4 : (tensor<2xbf16>) -> tensor<2xf32>
    %11 = stablehlo.multiply %10, %9 : tensor<2xf32>
    %12 = stablehlo.convert %arg3 : (tensor<2xbf16>) -> tensor<2xf32>
    %13 = stablehlo.subtract %12, %11 : tensor<2xf32>
    %14 = stablehlo.broadcast_in_dim %9, dims = [3] : (tensor<2xf32>) -> tensor<1x8x8x2xf32>
    %15 = stablehlo.multiply %2, %14 : tensor<1x8x8x2xf32>
    %16 = stablehlo.broadcast_in_dim %13, dims = [3] : (tensor<2xf32>) -> tensor<1x8x8x2xf32>
    %17 = stablehlo.add %15, %16 : tensor<1x8x8x2xf32>
    %18 = stablehlo.convert %17 : (tensor<1x8x8x2xf32>) -> tensor<1x8x8x2xbf16>
    %19 = stablehlo.constant dense<0.0> : tensor<bf16>
    %20 = stablehlo.broadcast_in_dim %19, dims = [] : (tensor<bf16>) -> tensor<1x8x8x2xbf16>
    %21 = stablehlo.maximum %18, %20 : tensor<1x8x8x2xbf16>
    %22 = stablehlo.constant dense<0xFF80> : tensor<bf16>
    %23 = "stablehlo.reduce_window"(%21, %22) ({
    ^bb0(%left: tensor<bf16>, %right: tensor<bf16>):
      %larger = stablehlo.maximum %left, %right : tensor<bf16>
      stablehlo.return %larger : tensor<bf16>
    }) {padding = dense<[[0, 0], [1, 1], [1, 1], [0, 0]]> : tensor<4x2xi64>, window_dimensions = array<i64: 1, 3, 3, 1>, window_strides = array<i64: 1, 2, 2, 1>} : (tensor<1x8x8x2xbf16>, tensor<bf16>) -> tensor<1x4x4x2xbf16>
    %24 = stablehlo.convolution(%23, %arg6) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<1x4x4x2xbf16>, tensor<1x1x2x2xbf16>) -> tensor<1x4x4x2xbf16>
    %25 = stablehlo.convert %24 : (tensor<1x4x4x2xbf16>) -> tensor<1x4x4x2xf32>
    %26 = stablehlo.convert %arg10 : (tensor<2xbf16>) -> tensor<2xf32>
    %27 = stablehlo.constant dense<1.0E-5> : tensor<f32>
    %28 = stablehlo.broadcast_in_dim %27, dims = [] : (tensor<f32>) -> tensor<2xf32>
    %29 = stablehlo.add %26, %28 : tensor<2xf32>
    %30 = stablehlo.convert %arg7 : (tensor<2xbf16>) -> tensor<2xf32>
    %31 = stablehlo.rsqrt %29 : tensor<2xf32>
    %32 = stablehlo.multiply %30, %31 : tensor<2xf32>
    %33 = stablehlo.convert %arg9 : (tensor<2xbf16>) -> tensor<2xf32>
    %34 = stablehlo.multiply %33, %32 : tensor<2xf32>
    %35 = stablehlo.convert %arg8 : (tensor<2xbf16>) -> tensor<2xf32>
    %36 = stablehlo.subtract %35, %34 : tensor<2xf32>
    %37 = stablehlo.broadcast_in_dim %32, dims = [3] : (tensor<2xf32>) -> tensor<1x4x4x2xf32>
    %38 = stablehlo.multiply %25, %37 : tensor<1x4x4x2xf32>
    %39 = stablehlo.broadcast_in_dim %36, dims = [3] : (tensor<2xf32>) -> tensor<1x4x4x2xf32>
    %40 = stablehlo.add %38, %39 : tensor<1x4x4x2xf32>
    %41 = stablehlo.convert %40 : (tensor<1x4x4x2xf32>) -> tensor<1x4x4x2xbf16>
    %42 = stablehlo.constant dense<0.0> : tensor<bf16>
    %43 = stablehlo.broadcast_in_dim %42, dims = [] : (tensor<bf16>) -> tensor<1x4x4x2xbf16>
    %44 = stablehlo.maximum %41, %43 : tensor<1x4x4x2xbf16>
    %45 = stablehlo.convolution(%44, %arg11) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[1, 1], [1, 1]]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<1x4x4x2xbf16>, tensor<3x3x2x2xbf16>) -> tensor<1x4x4x2xbf16>
    %46 = stablehlo.convert %45 : (tensor<1x4x4x2xbf16>) -> tensor<1x4x4x2xf32>
    %47 = stablehlo.convert %arg15 : (tensor<2xbf16>) -> tensor<2xf32>
    %48 = stablehlo.constant dense<1.0E-5> : tensor<f32>
    %49 = stablehlo.broadcast_in_dim %48, dims = [] : (tensor<f32>) -> tensor<2xf32>
    %50 = stablehlo.add %47, %49 : tensor<2xf32>
    %51 = stablehlo.convert %arg12 : (tensor<2xbf16>) -> tensor<2xf32>
    %52 = stablehlo.rsqrt %50 : tensor<2xf32>
    %53 = stablehlo.multiply %51, %52 : tensor<2xf32>
    %54 = stablehlo.convert %arg14 : (tensor<2xbf16>) -> tensor<2xf32>
    %55 = stablehlo.multiply %54, %53 : tensor<2xf32>
    %56 = stablehlo.convert %arg13 : (tensor<2xbf16>) -> tensor<2xf32>
    %57 = stablehlo.subtract %56, %55 : tensor<2xf32>
    %58 = stablehlo.broadcast_in_dim %53, dims = [3] : (tensor<2xf32>) -> tensor<1x4x4x2xf32>
    %59 = stablehlo.multiply %46, %58 : tensor<1x4x4x2xf32>
    %60 = stablehlo.broadcast_in_dim %57, dims = [3] : (tensor<2xf32>) -> tensor<1x4x4x2xf32>
    %61 = stablehlo.add %59, %60 : tensor<1x4x4x2xf32>
    %62 = stablehlo.convert %61 : (tensor<1x4x4x2xf32>) -> tensor<1x4x4x2xbf16>
    %63 = stablehlo.constant dense<0.0> : tensor<bf16>
    %64 = stablehlo.broadcast_in_dim %63, dims = [] : (tensor<bf16>) -> tensor<1x4x4x2xbf16>
    %65 = stablehlo.maximum %62, %64 : tensor<1x4x4x2xbf16>
    %66 = stablehlo.convolution(%65, %arg16) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<1x4x4x2xbf16>, tensor<1x1x2x8xbf16>) -> tensor<1x4x4x8xbf16>
    %67 = stablehlo.convert %66 : (tensor<1x4x4x8xbf16>) -> tensor<1x4x4x8xf32>
    %68 = stablehlo.convert %arg20 : (tensor<8xbf16>) -> tensor<8xf32>
    %69 = stablehlo.constant dense<1.0E-5> : tensor<f32>
    %70 = stablehlo.broadcast_in_dim %69, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %71 = stablehlo.add %68, %70 : tensor<8xf32>
    %72 = stablehlo.convert %arg17 : (tensor<8xbf16>) -> tensor<8xf32>
    %73 = stablehlo.rsqrt %71 : tensor<8xf32>
    %74 = stablehlo.multiply %72, %73 : tensor<8xf32>
    %75 = stablehlo.convert %arg19 : (tensor<8xbf16>) -> tensor<8xf32>
    %76 = stablehlo.multiply %75, %74 : tensor<8xf32>
    %77 = stablehlo.convert %arg18 : (tensor<8xbf16>) -> tensor<8xf32>
    %78 = stablehlo.subtract %77, %76 : tensor<8xf32>
    %79 = stablehlo.broadcast_in_dim %74, dims = [3] : (tensor<8xf32>) -> tensor<1x4x4x8xf32>
    %80 = stablehlo.multiply %67, %79 : tensor<1x4x4x8xf32>
    %81 = stablehlo.broadcast_in_dim %78, dims = [3] : (tensor<8xf32>) -> tensor<1x4x4x8xf32>
    %82 = stablehlo.add %80, %81 : tensor<1x4x4x8xf32>
    %83 = stablehlo.convert %82 : (tensor<1x4x4x8xf32>) -> tensor<1x4x4x8xbf16>
    %84 = stablehlo.convolution(%23, %arg21) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f], window = {stride = [1, 1], pad = [[0, 0], [0, 0]]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<1x4x4x2xbf16>, tensor<1x1x2x8xbf16>) -> tensor<1x4x4x8xbf16>
    %85 = stablehlo.convert %84 : (tensor<1x4x4x8xbf16>) -> tensor<1x4x4x8xf32>
    %86 = stablehlo.convert %arg25 : (tensor<8xbf16>) -> tensor<8xf32>
    %87 = stablehlo.constant dense<1.0E-5> : tensor<f32>
    %88 = stablehlo.broadcast_in_dim %87, dims = [] : (tensor<f32>) -> tensor<8xf32>
    %89 = stablehlo.add %86, %88 : tensor<8xf32>
    %90 = stablehlo.convert %arg22 : (tensor<8xbf16>) -> tensor<8xf32>
    %91 = stablehlo.rsqrt %89 : tensor<8xf32>
    %92 = stablehlo.multiply %90, %91 : tensor<8xf32>
    %93 = stablehlo.convert %arg24 : (tensor<8xbf16>) -> tensor<8xf32>
    %94 = stablehlo.multiply %93, %92 : tensor<8xf32>
    %95 = stablehlo.convert %arg23 : (tensor<8xbf16>) -> tensor<8xf32>
    %96 = stablehlo.subtract %95, %94 : tensor<8xf32>
    %97 = stablehlo.broadcast_in_dim %92, dims = [3] : (tensor<8xf32>) -> tensor<1x4x4x8xf32>
    %98 = stablehlo.multiply %85, %97 : tensor<1x4x4x8xf32>
    %99 = stablehlo.broadcast_in_dim %96, dims = [3] : (tensor<8xf32>) -> tensor<1x4x4x8xf32>
    %100 = stablehlo.add %98, %99 : tensor<1x4x4x8xf32>
    %101 = stablehlo.convert %100 : (tensor<1x4x4x8xf32>) -> tensor<1x4x4x8xbf16>
    %102 = stablehlo.add %83, %101 : tensor<1x4x4x8xbf16>
    %103 = stablehlo.constant dense<0.0> : tensor<bf16>
    %104 = stablehlo.broadcast_in_dim %103, dims = [] : (tensor<bf16>) -> tensor<1x4x4x8xbf16>
    %105 = stablehlo.maximum %102, %104 : tensor<1x4x4x8xbf16>
    %106 = stablehlo.convert %105 : (tensor<1x4x4x8xbf16>) -> tensor<1x4x4x8xf32>
    %107 = stablehlo.constant dense<0.0> : tensor<f32>
    %108 = stablehlo.reduce(%106 init: %107) applies stablehlo.add across dimensions = [1, 2] : (tensor<1x4x4x8xf32>, tensor<f32>) -> tensor<1x8xf32>
    %109 = stablehlo.constant dense<0.0625> : tensor<f32>
    %110 = stablehlo.broadcast_in_dim %109, dims = [] : (tensor<f32>) -> tensor<1x8xf32>
    %111 = stablehlo.multiply %108, %110 : tensor<1x8xf32>
    %112 = stablehlo.convert %111 : (tensor<1x8xf32>) -> tensor<1x8xbf16>
    %113 = stablehlo.reshape %112 : (tensor<1x8xbf16>) -> tensor<1x8x1x1xbf16>
    %114 = stablehlo.reshape %113 : (tensor<1x8x1x1xbf16>) -> tensor<1x8xbf16>
    %115 = stablehlo.dot_general %114, %arg26, contracting_dims = [1] x [1] : (tensor<1x8xbf16>, tensor<3x8xbf16>) -> tensor<1x3xbf16>
    %116 = stablehlo.broadcast_in_dim %arg27, dims = [1] : (tensor<3xbf16>) -> tensor<1x3xbf16>
    %117 = stablehlo.add %115, %116 : tensor<1x3xbf16>
    %118 = stablehlo.convert %117 : (tensor<1x3xbf16>) -> tensor<1x3xf32>
    return %118 : tensor<1x3xf32>
  }
}
