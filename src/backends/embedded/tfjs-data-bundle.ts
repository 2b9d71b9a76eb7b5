/** Entry of `dist/embedded/tfjs-data.cjs`: `@tensorflow/tfjs-data` as it lies in `tfjs.cjs`, where it is one name, `data`. */

import { data } from '@tensorflow/tfjs';

export const {
  array,
  csv,
  CSVDataset,
  Dataset,
  FileDataSource,
  func,
  generator,
  microphone,
  TextLineDataset,
  URLDataSource,
  version_data,
  webcam,
  zip,
} = data;
