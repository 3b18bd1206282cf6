import { getPriority } from 'node:os';

/** What a test asks a thread to do. */
export type Favour =
  | { readonly kind: 'double'; readonly value: number }
  | { readonly kind: 'sum'; readonly bytes: ArrayBuffer }
  | { readonly kind: 'throw' | 'die' | 'loop_for_ever' | 'eat_memory' | 'priority' };

export default function oblige(favour: Favour): number {
  switch (favour.kind) {
    case 'double':
      return favour.value * 2;
    case 'sum':
      return new Uint8Array(favour.bytes).reduce((sum, byte) => sum + byte, 0);
    case 'throw':
      throw new Error('would rather not');
    case 'die':
      process.exit(3);
      break;
    case 'loop_for_ever':
      for (;;);
    case 'eat_memory': {
      const eaten: number[][] = [];
      for (;;) eaten.push(new Array<number>(1_000_000).fill(0.5));
    }
    case 'priority':
      return getPriority();
  }
}
