/** What a venue offers when its database is new. Staff change them afterwards. */
export const firstAttractions = [
  { id: 'derby', name: 'Home Run Derby', ticket_letter: 'A', assumed_play_seconds: 240 },
  { id: 'pong', name: 'Pong', ticket_letter: 'B', assumed_play_seconds: 300 },
  { id: 'glove', name: 'Glove', ticket_letter: 'C', assumed_play_seconds: 180 },
] as const;

/** The station of each attraction on the first day; the derby's rig is the seed's `mlbvrgame`. */
export const firstStations = [
  { name: 'Rig 1', attraction: 'derby', device: 'mlbvrgame' },
  { name: 'Table 1', attraction: 'pong', device: null },
  { name: 'Seat 1', attraction: 'glove', device: null },
] as const;

/** How long a called guest may take to come, unless staff say otherwise. */
export const defaultGraceSeconds = 180;

/** How long a game waits for its rig to come back, unless staff say otherwise. */
export const defaultReconnectSeconds = 60;
