/** The data of the page, as `reports/html_data.py` writes them and `data.js` reads them. */

/** Each distinct text once with a code per row (or one for all), or a plain text per row. */
type TextColumn = { texts: string[]; codes: number | number[] } | (string | null)[];
type NumberColumn = (number | null)[];

interface SignalCardData {
  id: string;
  title: string;
  pillar: string;
  unit: string;
  direction: 1 | -1;
  grade: string;
  sources: string[];
  ilo: string[];
  limits: string[];
}

interface EvidenceColumn {
  weight: number;
  weightShare: NumberColumn | null;
  value: NumberColumn | null;
  peer: NumberColumn | null;
  before: NumberColumn | null;
  points: NumberColumn | null;
  risk: NumberColumn | null;
  status: TextColumn;
  sentence: TextColumn;
  period: TextColumn;
  observedTo: TextColumn;
  since: TextColumn;
  sources: TextColumn;
  origin: TextColumn;
}

interface GroupedRows {
  counts: number[];
  start: Uint32Array;
  [column: string]: any;
}

/** Lines as numbers of each one; steps from point to point in hundredths of a degree. */
interface LandLines {
  lengths: number[];
  steps: number[];
}

/** Values measured at sites, by cell of half a degree. */
interface MapLayer {
  title: string;
  unit: string;
  direction: 1 | -1;
  longitude: number[];
  latitude: number[];
  country: TextColumn;
  sites: number[];
  value: number[];
}

interface PageData {
  asOf: string;
  runId: string;
  topK: number;
  insufficientBand: string;
  labels: Record<"status" | "pillar" | "step", Record<string, string>>;
  ladder: string[];
  invisible: string[];
  priorityBands: { id: string; label: string }[];
  signals: SignalCardData[];
  sources: Record<string, { title: string; url: string; licence: string; licenceUrl: string }>;
  suppliers: { id: string[]; name: string[]; priority_band: number[]; rank: NumberColumn; [column: string]: any };
  evidence: EvidenceColumn[];
  figuresFor: number;
  sites: GroupedRows;
  siteValues: GroupedRows;
  series: Record<string, { title: string; unit: string; at: number[]; labels: string[]; values: number[] }[]> | null;
  landFigures: Record<
    string,
    { kind: string; site: string; caption: string; labels: string[]; values: number[]; breakAt: number | null }[]
  > | null;
  ranks: Record<
    string,
    { days: string[]; rank: NumberColumn; low: NumberColumn; high: NumberColumn; of: number[] }
  > | null;
  land: {
    world: LandLines;
    rings: LandLines;
    lines: LandLines;
    areas: { longitude: number[]; latitude: number[]; radius: number[]; name: string[] };
  };
  layers: MapLayer[];
  ranksWithheld: string | null;
  flags: GroupedRows | null;
  facts: GroupedRows | null;
  find: { rows: number[]; [column: string]: any } | null;
  whatIf: {
    riskSteps: number;
    exponent: number;
    pillars: Record<string, number>;
    minimumCoverage: number;
    minimumPillars: number;
  } | null;
}
