import type { Link, Site, SyncState } from '@dugout/appliance/contract/replication.ts';
import { describe, expect, it } from 'vitest';
import { cloudLinkWords, sitesWorstFirst, venueLinkWords } from './link-words.ts';

const now = Date.parse('2026-06-01T10:00:00.000Z');
const at = (msAgo: number) => new Date(now - msAgo).toISOString();

const aSite = (state: SyncState, differing: Partial<Site> = {}): Site => ({
  id: state.replaceAll('_', '-'),
  name: state,
  state,
  detail: null,
  data_as_of: at(2_000),
  data_lag_ms: 2_000,
  last_contact_at: at(2_000),
  pending_changes: 0,
  pending_commands: 0,
  ...differing,
});

describe('the list of venues', () => {
  it('begins with those that need a person and ends with those that are well', () => {
    const states = ['live', 'offline', 'fenced', 'catching_up', 'schema_behind'] as const;
    expect(sitesWorstFirst(states.map((state) => aSite(state))).map(({ state }) => state)).toEqual([
      'fenced',
      'schema_behind',
      'offline',
      'catching_up',
      'live',
    ]);
  });

  it('has the oldest data first among those that are away, the never seen before all', () => {
    const sites = [
      aSite('offline', { name: 'a', data_lag_ms: 60_000 }),
      aSite('offline', { name: 'b', data_lag_ms: 9_000_000 }),
      aSite('offline', { name: 'c', data_lag_ms: null }),
    ];
    expect(sitesWorstFirst(sites).map(({ name }) => name)).toEqual(['c', 'b', 'a']);
  });

  it('does not shuffle those that are well with every beat', () => {
    const sites = [
      aSite('live', { name: 'Stand 10', data_lag_ms: 4_900 }),
      aSite('live', { name: 'Stand 2', data_lag_ms: 100 }),
    ];
    expect(sitesWorstFirst(sites).map(({ name }) => name)).toEqual(['Stand 2', 'Stand 10']);
  });
});

describe('the link of a venue in words', () => {
  it('counts what is to come', () => {
    expect(venueLinkWords(aSite('catching_up', { pending_changes: 1_204 }))).toEqual({
      id: 'venue_link.catching_up',
      count: 1_204,
    });
  });

  it('says since when the venue is away, if it ever was there', () => {
    expect(venueLinkWords(aSite('offline', { last_contact_at: at(60_000) }))).toEqual({
      id: 'venue_link.offline_since',
      since: at(60_000),
    });
    expect(venueLinkWords(aSite('offline', { last_contact_at: null }))).toEqual({ id: 'venue_link.offline' });
  });

  it.each(['live', 'schema_behind', 'fenced', 'restoring', 'bootstrapping'] as const)('says %s', (state) =>
    expect(venueLinkWords(aSite(state))).toEqual({ id: `venue_link.${state}` }),
  );
});

describe('the link to the cloud in words', () => {
  const aLink = (state: SyncState, pending_changes = 0): Link => ({
    status: {
      state,
      detail: null,
      epoch: 1,
      seq: 100,
      acked_seq: 100 - pending_changes,
      pending_changes,
      lag_ms: 0,
      last_contact_at: at(1_000),
    },
    since: at(90_000),
    heard_at: at(1_000),
  });

  it('is no alarm where no cloud is set up', () => {
    expect(cloudLinkWords({ status: null, since: null, heard_at: null })).toEqual({
      id: 'cloud_link.none',
    });
  });

  it('counts what waits, and says since when the cloud is away', () => {
    expect(cloudLinkWords(aLink('catching_up', 3))).toEqual({ id: 'cloud_link.waiting', count: 3 });
    expect(cloudLinkWords(aLink('offline', 3))).toEqual({
      id: 'cloud_link.offline_since',
      since: at(90_000),
    });
    expect(cloudLinkWords(aLink('fenced'))).toEqual({ id: 'cloud_link.fenced' });
  });
});
