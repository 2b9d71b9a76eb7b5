/** What the loading tests bundle as `slim-training`. */

import * as tf from '@tensorflow/tfjs';

export const tensorflowOfLibrary = tf;
