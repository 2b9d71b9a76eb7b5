import type { GraphNode } from './graph-def.ts';
import type { NodeAttribute } from './op-attributes.ts';
import type { RecordedConstant, TensorType } from './step-record.ts';

/**
 * Has TensorFlow's graph optimizer leave a node as it is. It would reorder sums, fold constants and turn a division by a
 * root into a product: quicker by little, but in other bits than the eager step, so that a resumed run would part from one
 * that was not interrupted. Source: `GrapplerItem::NodesToPreserve` of tensorflow/core/grappler/grappler_item.cc.
 */
const AS_WRITTEN: NodeAttribute = { name: '_grappler_do_not_remove', type: 'bool', value: true };

/** Puts a graph together. All methods return the name of the node that they add. */
export class GraphBuilder {
  readonly nodes: GraphNode[] = [];

  add(
    name: string,
    operation: string,
    inputs: readonly string[],
    attributes: readonly NodeAttribute[],
  ): string {
    this.nodes.push({ name, operation, inputs, attributes: [...attributes, AS_WRITTEN] });
    return name;
  }

  /** An operation whose only attribute is the type of its inputs, `T`. */
  addSimple(name: string, operation: string, inputs: readonly string[], dtype: number): string {
    return this.add(name, operation, inputs, [{ name: 'T', type: 'type', value: dtype }]);
  }

  addPlaceholder(name: string, type: TensorType): string {
    return this.add(name, 'Placeholder', [], typeAttributes(type));
  }

  addConstant(name: string, content: Pick<RecordedConstant, 'bytes' | 'isSplat'> & TensorType): string {
    return this.add(
      name,
      'Const',
      [],
      [
        { name: 'dtype', type: 'type', value: content.dtype },
        { name: 'value', type: 'tensor', value: content },
      ],
    );
  }

  /** A value that the graph optimizer does not take for a constant. */
  addHidden(name: string, input: string, type: TensorType): string {
    return this.add(name, 'PlaceholderWithDefault', [input], typeAttributes(type));
  }
}

function typeAttributes({ dtype, shape }: TensorType): NodeAttribute[] {
  return [
    { name: 'dtype', type: 'type', value: dtype },
    { name: 'shape', type: 'shape', value: shape },
  ];
}
