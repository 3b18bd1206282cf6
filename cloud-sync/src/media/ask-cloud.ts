/**
 * One statement in the cloud's database that reads or writes rows of one site, `site` being its first parameter.
 * Rejects as the connection does.
 */
export type AskCloud = <Row>(site: string, text: string, parameters?: readonly unknown[]) => Promise<Row[]>;
