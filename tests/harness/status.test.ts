import { describe, expect, test } from 'vitest';
import { contradictions, losses, readStatus } from '../kernel/sample/status.ts';

const text = (probe: string, more = ''): string =>
  `module m\nscript a b.stp\nstate done\noutput records 3 bytes 96 dropped 0\nstrings truncated 0\n${more}${probe}\n`;
const sound =
  'probe 0 hits=12 recorded=12 errors=0 missed=0 skipped=0 where=a.stp:3:7 point=kernel.trace("x") ?';
const skipping =
  'probe 1 hits=12 recorded=10 errors=1 missed=4 skipped=2 room=1 lock=1 where=a.stp:3:7 point=kernel.trace("y")';

describe('a status', () => {
  test('without losses', () => {
    const status = readStatus(text(sound, 'errors 0\nmap reads full 0\n'));
    expect(status.probes[0]).toMatchObject({ hits: 12, where: 'a.stp:3:7', point: 'kernel.trace("x") ?' });
    expect([...contradictions(status), ...losses(status, false)]).toEqual([]);
  });

  test('with every loss', () => {
    const status = readStatus(
      text(skipping, 'map reads full 2\n').replaceAll(/(dropped|truncated) 0/g, '$1 7'),
    );
    expect(contradictions(status)).toEqual([]);
    expect(losses(status, false)).toEqual([
      'status: 7 output records dropped',
      'status: 7 strings truncated',
      'status: 2 map reads full',
      'status: 4 hits of kernel.trace("y") missed',
      'status: 2 hits of kernel.trace("y") skipped',
      'status: 1 errors of kernel.trace("y")',
    ]);
    expect(losses(status, true).join()).not.toContain('errors');
  });

  test('that does not add up', () => {
    expect(contradictions(readStatus(text(sound.replace('recorded=12', 'recorded=11'))))).toHaveLength(1);
    expect(contradictions(readStatus(text(skipping.replace(' room=1', ''))))).toHaveLength(1);
    expect(contradictions(readStatus(text(sound).replace('state done', 'state stopping')))).toHaveLength(1);
  });

  test('with a line of another format', () => {
    expect(contradictions(readStatus(text('probe zero')))).toEqual(['no line of a status file: probe zero']);
  });
});
