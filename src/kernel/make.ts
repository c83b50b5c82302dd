import { type Arch, type Architecture, architectures } from './architectures.ts';
import { btfKind, bytesOfWords, readBtfSections } from './btf/format.ts';
import { openRecords, type Records } from './btf/records.ts';
import { validateRecords } from './btf/validate.ts';
import { bytesOf, type Container, type Identity, readContainer, writeContainer } from './container.ts';
import { ProfileError } from './error.ts';
import type { EventMention } from './events.ts';
import { lazily } from './lazily.ts';
import { writeLines } from './lines.ts';
import { readRecords, sectionNames } from './open.ts';
import type { KernelProfile } from './profile.ts';
import type { KernelSources } from './sources.ts';

export interface MakeOptions {
  /** What users will call it; the release by default. */
  readonly name?: string;
  readonly origin: string;
  /** Packed for shipping, or to be opened fast. */
  readonly packed: boolean;
  /** Profiles of neighbouring kernels, for what no file tells. */
  readonly neighbours: (arch: Arch) => readonly KernelProfile[];
}

/** Makes a profile of what is known about a kernel. Throws where that is not enough, or its BTF is damaged. */
export function makeProfile(sources: KernelSources, options: MakeOptions): Buffer {
  const { btf, release } = sources;
  if (btf === undefined) {
    throw new ProfileError(
      'kernel-no-btf',
      'none of the files has BTF',
      'Headers before 6.12 have none: give the kernel image (vmlinuz) or the BTF file as well.',
    );
  }
  if (release === undefined) {
    throw new ProfileError(
      'kernel-not-found',
      'none of the files tells the release of the kernel',
      'Say it with --release of tapc kernels import, as uname -r says it there, or give the headers or the vmlinuz as well.',
    );
  }
  const sections = readBtfSections(btf);
  const records = openRecords(sections);
  validateRecords(records);
  const arch = sources.arch ?? archOf(records);
  const neighbours = lazily(() => options.neighbours(arch));
  const assumed = sources.exports === undefined ? assumeExports(records, neighbours()) : undefined;
  const exports = sources.exports ?? assumed?.exports ?? [];
  const configFrom = sources.config === undefined ? neighbours() : [];
  const config = sources.config ?? assumeConfig(configFrom);
  const events = sources.events ?? assumeEvents(neighbours());
  const identity: Identity = {
    name: options.name ?? release,
    release,
    arch,
    version: sources.version ?? '',
    origin: options.origin,
    ...(assumed === undefined ? {} : { exportsAssumedFrom: assumed.from }),
    ...(configFrom.length === 0 ? {} : { configAssumedFrom: releasesOf(configFrom) }),
  };
  const modules = [...(sources.modules ?? [])].flatMap(([name, blob]) => {
    const own = readBtfSections(blob);
    validateRecords(openRecords(own, records));
    return [
      [`${sectionNames.types}:${name}`, own.types],
      [`${sectionNames.strings}:${name}`, own.strings],
    ] as const;
  });
  const contents = new Map([
    ...modules,
    [sectionNames.config, writeLines(config)],
    [
      sectionNames.exports,
      writeLines(exports.map(({ name, gpl, namespace }) => [name, gpl ? 'G' : '', namespace ?? ''])),
    ],
    [sectionNames.events, writeLines(eventLines(records, events))],
    [sectionNames.types, sections.types],
    [sectionNames.strings, sections.strings],
  ]);
  if (options.packed) return writeContainer(identity, contents, true);
  return unpackedCopy(readContainer(bytesOf(writeContainer(identity, contents, false))));
}

/** The same profile, unpacked and with the tables that opening it takes. */
export function unpackedCopy(container: Container): Buffer {
  const contents = new Map<string, Buffer>();
  for (const name of container.sections) contents.set(name, container.section(name) ?? Buffer.alloc(0));
  // Not those of modules: they are small, and most runs ask for none.
  const tables = readRecords(container, '')?.tables();
  if (tables !== undefined) {
    contents.set(sectionNames.offsets, bytesOfWords(tables.offsets));
    contents.set(sectionNames.names, bytesOfWords(tables.names));
    contents.set(sectionNames.functions, bytesOfWords(tables.functions));
  }
  return writeContainer(container.identity, contents, false, container.digest);
}

/** The subsystem of each event: of those that a header only may declare, the ones that the kernel has. */
function eventLines(
  records: Records,
  mentions: readonly EventMention[],
): readonly (readonly [name: string, system: string])[] {
  const sure = mentions.filter((mention) => mention.certain);
  const known = new Set(sure.map(({ name }) => name));
  const others = mentions.filter(
    ({ name, certain }) =>
      !certain && !known.has(name) && records.named(`btf_trace_${name}`, btfKind.typedef).length > 0,
  );
  return [...sure, ...others].map(({ name, system }) => [name, system]);
}

/** Where no file says it: by a struct that other architectures do not have. */
function archOf(records: Records): Arch {
  const has = ({ struct }: Architecture): boolean => records.named(struct, btfKind.struct).length > 0;
  return (architectures.find(has) ?? architectures[0]).name;
}

/**
 * A running kernel without headers does not tell what it exports. What its neighbours export it does too,
 * if it still has the function; variables, and functions in assembly, are in no BTF and taken as they are.
 */
function assumeExports(
  records: Records,
  neighbours: readonly KernelProfile[],
): { readonly exports: KernelSources['exports']; readonly from: string } {
  const exports = neighbours.flatMap((neighbour) =>
    [...neighbour.exportedSymbols()].filter(
      ({ name }) =>
        records.named(name, btfKind.func).length > 0 || neighbour.types().func(name) === undefined,
    ),
  );
  return { exports, from: releasesOf(neighbours) };
}

/** An image or a BTF file alone does not tell how the kernel is configured: taken to be so is what all its neighbours agree on. */
function assumeConfig(neighbours: readonly KernelProfile[]): KernelSources['config'] & object {
  const [first, ...others] = neighbours;
  return new Map(
    [...(first?.options() ?? [])].filter(([option, value]) =>
      others.every((other) => other.config(option) === value),
    ),
  );
}

/** The subsystems of tracepoints stand in headers alone, too. */
function assumeEvents(neighbours: readonly KernelProfile[]): readonly EventMention[] {
  return neighbours.flatMap((neighbour) =>
    neighbour
      .tracepoints('*')
      .flatMap(({ name, system }) => (system === undefined ? [] : [{ name, system, certain: false }])),
  );
}

function releasesOf(neighbours: readonly KernelProfile[]): string {
  return neighbours.map((neighbour) => neighbour.release).join(', ');
}
