import { atLeast, atMost, type Goal } from '../measuring/goal.ts';
import { machineOf } from '../measuring/machine.ts';
import { median, medianRatio, rounded } from '../measuring/statistics.ts';
import { canPin } from './cores.ts';
import { cpuRatio, figuresOf, isBrokerBound, isDisturbed, type Runs, throughputRatio } from './figures.ts';
import type { CompanyRun } from './measure-beside-api.ts';
import type { ConnectionsRun } from './measure-connections.ts';
import type { Ingested } from './measure-durable.ts';
import type { FrozenRun } from './measure-frozen.ts';
import type { Row } from './rows.ts';

export interface Measured {
  readonly rounds: number;
  readonly seconds: number;
  readonly otherLoad: number;
  readonly versions: Readonly<Record<string, string>>;
  readonly rows: ReadonlyMap<Row, Runs>;
  readonly frozen: readonly FrozenRun[];
  readonly connections: readonly ConnectionsRun[];
  readonly durable: ReadonlyMap<string, readonly Ingested[]>;
  readonly besideApi: readonly CompanyRun[];
  readonly skipped: Readonly<Record<string, string>>;
}

export type Report = ReturnType<typeof reportOf>;

/** All figures and ratios of one run; the figures are medians of its rounds. */
export function reportOf({ rows, ...measured }: Measured) {
  const work = Object.fromEntries([...rows].map(([row, runs]) => [row.name, rowOf(row, runs)]));
  const frozen = frozenOf(measured.frozen);
  const durable = durableOf(measured.durable);
  const besideApi = besideApiOf(measured.besideApi);
  return {
    bench: 'mqtt',
    date: new Date().toISOString(),
    machine: { ...machineOf(measured.otherLoad), pinned: canPin },
    versions: measured.versions,
    rounds: measured.rounds,
    seconds: measured.seconds,
    work,
    frozen_subscribers: frozen,
    connections: connectionsOf(measured.connections),
    durable_ingest: durable,
    beside_api: besideApi,
    goals: [
      ...[...rows].flatMap(([row, runs]) => goalsOf(row, runs)),
      ...frozenGoals(frozen.ours),
      ...durableGoals(durable),
      ...besideApiGoals(besideApi),
    ],
    /** What was measured beside so much other work that it says little. */
    disturbed: [...rows].flatMap(([{ title }, runs]) => (isDisturbed(runs) ? [title] : [])),
    skipped: measured.skipped,
  };
}

const rowOf = ({ title, work }: Row, runs: Runs) => ({
  title,
  unit: work.subscribers.count > 1 ? 'deliveries' : 'messages',
  brokers: Object.fromEntries([...runs].map(([name, of]) => [name, figuresOf(of)])),
  ratios: Object.fromEntries(
    [...runs.keys()].map((name) => [
      name,
      {
        throughput_to_mosquitto: throughputRatio(runs, name, 'mosquitto'),
        cpu_to_mosquitto: cpuRatio(runs, name, 'mosquitto'),
        throughput_to_bare_aedes: throughputRatio(runs, name, 'bare_aedes'),
        cpu_to_bare_aedes: cpuRatio(runs, name, 'bare_aedes'),
      },
    ]),
  ),
});

/**
 * A throughput only says something of two brokers that were both at their limit. Where one was not, the goal is held
 * against what a second of CPU time moves.
 */
function goalsOf({ title, work, toMosquitto, cpuToMosquitto }: Row, runs: Runs): Goal[] {
  const cpu = cpuRatio(runs, 'ours', 'mosquitto');
  const bound = isBrokerBound(runs, 'ours') && isBrokerBound(runs, 'mosquitto');
  const ofOurs = figuresOf(runs.get('ours') ?? []);
  const mustArrive = 'perSecond' in work.pace || work.qos > 0;
  return [
    ...(toMosquitto === undefined
      ? []
      : bound
        ? [atLeast(`${title}, to Mosquitto`, throughputRatio(runs, 'ours', 'mosquitto'), toMosquitto)]
        : [
            atLeast(
              `${title}, to Mosquitto, by CPU time`,
              cpu === null ? null : rounded(1 / cpu),
              toMosquitto,
            ),
          ]),
    ...(cpuToMosquitto === undefined
      ? []
      : [atMost(`${title}: CPU a delivery, to Mosquitto`, cpu, cpuToMosquitto)]),
    ...(mustArrive ? [atMost(`${title}: lost of ${ofOurs.expected}`, ofOurs.lost, 0)] : []),
  ];
}

type Frozen = Readonly<Record<string, ReturnType<typeof frozenFigures>>>;

function frozenOf(runs: readonly FrozenRun[]): Readonly<Record<string, Frozen>> {
  const byBroker = Object.groupBy(runs, ({ broker }) => broker);
  return Object.fromEntries(
    Object.entries(byBroker).map(([broker, of]) => [
      broker,
      Object.fromEntries(
        Object.entries(Object.groupBy(of, ({ frozen }) => frozen)).map(([frozen, some]) => [
          frozen,
          frozenFigures(some ?? []),
        ]),
      ),
    ]),
  );
}

function frozenFigures(runs: readonly FrozenRun[]) {
  const worked = runs.flatMap(({ worked: one }) => one ?? []);
  const { expected, lost, p50_ms, p99_ms, calmest_p99_ms, waited_share } = figuresOf(worked);
  return {
    arrived: expected === 0 ? 0 : rounded((expected - lost) / expected, 4),
    died: runs.length - worked.length,
    p50_ms,
    p99_ms,
    calmest_p99_ms,
    waited_share,
  };
}

const frozenGoals = (ours: Frozen | undefined): Goal[] =>
  ['1', '20'].flatMap((frozen) => {
    const [some, none] = [ours?.[frozen], ours?.['0']];
    const slower = some?.p99_ms == null || none?.p99_ms == null ? null : rounded(some.p99_ms / none.p99_ms);
    return [
      atLeast(`beside ${frozen} frozen, share that arrives at the others`, some?.arrived ?? null, 0.99),
      atMost(`beside ${frozen} frozen, p99 of the others to what it is without`, slower, 2),
    ];
  });

const connectionsOf = (runs: readonly ConnectionsRun[]) =>
  Object.fromEntries(
    Object.entries(Object.groupBy(runs, ({ broker }) => broker)).map(([broker, of]) => [
      broker,
      {
        connects_per_second: Math.round(median(of.map(({ connectsPerSecond }) => connectsPerSecond))),
        mb_per_thousand_idle: rounded(
          median(of.map(({ bytesPerThousand }) => bytesPerThousand)) / 1024 ** 2,
          1,
        ),
      },
    ]),
  );

function durableOf(runs: ReadonlyMap<string, readonly Ingested[]>) {
  const rate = ({ rows, seconds }: Ingested) => rows / seconds;
  const cpu = ({ rows, cpuMicroseconds }: Ingested) => cpuMicroseconds / rows;
  const ratio = (figure: (one: Ingested) => number): number | null => {
    const [ours, theirs] = [runs.get('ours'), runs.get('mosquitto_and_subscriber')];
    return ours && theirs ? rounded(medianRatio(ours.map(figure), theirs.map(figure))) : null;
  };
  return {
    ways: Object.fromEntries(
      [...runs].map(([name, of]) => [
        name,
        { rows_per_second: Math.round(median(of.map(rate))), cpu_us: rounded(median(of.map(cpu)), 1) },
      ]),
    ),
    ratios: { rows_to_mosquitto: ratio(rate), cpu_to_mosquitto: ratio(cpu) },
  };
}

const durableGoals = ({ ratios }: ReturnType<typeof durableOf>): Goal[] => [
  atLeast('durable rows, to Mosquitto with a subscriber', ratios.rows_to_mosquitto, 1.8),
  atMost('CPU a durable row, to the same', ratios.cpu_to_mosquitto, 0.4),
];

const besideApiOf = (runs: readonly CompanyRun[]) =>
  Object.fromEntries(
    Object.entries(Object.groupBy(runs, ({ company }) => company)).map(([company, of]) => {
      const streams = of.flatMap(({ stream }) => stream ?? []);
      const answers = of.flatMap(({ api }) => api ?? []);
      const http = {
        p50_ms: rounded(median(answers.map(({ p50 }) => p50))),
        p99_ms: rounded(median(answers.map(({ p99 }) => p99))),
        requests: answers.reduce((sum, { requests }) => sum + requests, 0),
      };
      return [
        company,
        {
          stream: streams.length === 0 ? null : figuresOf(streams),
          http: answers.length === 0 ? null : http,
        },
      ];
    }),
  );

const besideApiGoals = ({ both }: ReturnType<typeof besideApiOf>): Goal[] => [
  atMost('2,000 batches/s beside the running API, p99 ms', both?.stream?.p99_ms ?? null, 2),
  atMost('the same: batches lost', both?.stream?.lost ?? null, 0),
];
