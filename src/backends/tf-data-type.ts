import type { DataType } from '@tensorflow/tfjs';

/** `TF_DataType` of libtensorflow's `tf_datatype.h`, for the types that TF.js has and computes with. */
export const TF_DATA_TYPE: Readonly<Partial<Record<DataType, number>>> = { float32: 1, int32: 3, bool: 10 };
