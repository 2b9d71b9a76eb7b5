import type { SummaryValue } from '../../formats/summary.ts';
import { float32Tensor } from '../../formats/tensor-value.ts';
import { WireWriter } from '../../formats/wire-format.ts';
import type { HparamValue } from '../../protocol/training-host.ts';

/**
 * What TensorBoard's hparams plugin reads at the start of a run: SessionStartInfo in HParamsPluginData, of
 * tensorboard/plugins/hparams/plugin_data.proto and api.proto.
 *
 * @param startTime seconds since 1970
 */
export function hparamsSummary(
  values: Readonly<Record<string, HparamValue>>,
  groupName: string,
  startTime: number,
): SummaryValue {
  const writer = new WireWriter();
  writer.message(3, session => {
    for (const [name, value] of Object.entries(values)) {
      session.message(1, entry => {
        entry.string(1, name).message(2, message => {
          writeValue(message, value);
        });
      });
    }
    session.string(4, groupName).double(5, startTime);
  });
  return {
    tag: '_hparams_/session_start_info',
    metadata: {
      pluginName: 'hparams',
      pluginContent: writer.finish(),
      displayName: '',
      summaryDescription: '',
      dataClass: 0,
    },
    tensor: float32Tensor([], Float32Array.of(0)),
  };
}

/** google.protobuf.Value */
function writeValue(message: WireWriter, value: HparamValue): void {
  if (typeof value === 'number') message.double(2, value);
  else if (typeof value === 'string') message.string(3, value);
  else message.bool(4, value);
}
