import Sqlite from 'better-sqlite3';
import { expect, test } from 'vitest';
import { aTemporaryDirectory } from '../../testing/temporary-directory.ts';
import { streamFile } from './stream-connection.ts';
import { openStreamWriter } from './stream-writer.ts';
import { someSamples } from './testing/a-recording.ts';

test.each([
  ['more samples than it has', 'count = 2000000000'],
  ['holes that are none', "holes = '[{'"],
  ['other holes', 'holes = \'[{"at":1,"lost":1000000}]\''],
])(
  'a damaged row that claims %s is not counted, and does not keep others from being stored',
  (_what, flip) => {
    const directory = aTemporaryDirectory();
    const writer = openStreamWriter(directory, 0);
    const put = (seq: number) => writer.put([{ ...someSamples(seq, 1_000), holes: [] }], 0);
    for (const seq of [0, 1_000, 2_000]) put(seq);
    const file = new Sqlite(streamFile(directory));
    file.prepare(`UPDATE chunks SET ${flip} WHERE seq = 1000`).run();
    file.close();
    expect(writer.countsOf('s')).toEqual({ samples: 2_000, lost: 1_000 });
    expect(put(3_000)).toMatchObject({ stored: 1_000 });
    expect(writer.countsOf('s')).toEqual({ samples: 3_000, lost: 1_000 });
    writer.close();
  },
);
