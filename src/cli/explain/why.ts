/** A handler's class in a sentence. */

import type { ProgramGlobal } from '../../2-resolve/program.ts';
import type { Checked, CheckedProbe } from '../../3-analyze/checked.ts';
import { unreachable } from '../../unreachable.ts';

export function whyText(checked: Checked, of: CheckedProbe): string {
  if (checked.program.endings.some((ending) => ending.span === of.probe.span)) {
    return 'added: shows the globals that the script sets and never reads';
  }
  if (isAlone(of)) return 'nothing else of the script runs meanwhile: it needs no lock';
  switch (of.class) {
    case 'trace':
      return traceText(checked, of);
    case 'accumulate':
      return accumulateText(checked, of);
    case 'shared':
      return sharedText(checked, of);
    default:
      return unreachable(of.class);
  }
}

function isAlone({ probe }: CheckedProbe): boolean {
  return probe.points.every((p) => probe.family.context(p).alone === true);
}

function traceText(checked: Checked, of: CheckedProbe): string {
  const seen = of.uses.find(({ global }) => checked.globals.get(global)?.storage === 'atomic');
  if (seen !== undefined) return `looks at ${nameOf(seen.global)} once, in one load`;
  return of.uses.length === 0 ? 'uses no global' : 'uses no global that changes meanwhile';
}

function accumulateText(checked: Checked, of: CheckedProbe): string {
  const change = of.uses.find((use) => use.node === of.because);
  if (change === undefined) return 'changes globals in ways that need no lock';
  const name = nameOf(change.global);
  if (checked.globals.get(change.global)?.storage === 'percpu') {
    return `adds to ${name} on its own CPU; who reads it brings the parts together`;
  }
  return change.how === 'sets' ? `sets ${name} once, in one store` : `steps ${name} once, in one instruction`;
}

function sharedText(checked: Checked, of: CheckedProbe): string {
  const use = of.uses.find(({ node }) => node === of.because) ?? of.uses[0];
  if (use === undefined) return 'changes what others use';
  const name = nameOf(use.global);
  const others = checked.probes.filter((p) => p !== of && !isAlone(p));
  const changer = others.find((p) => p.uses.some((u) => u.global === use.global && u.how !== 'reads'));
  const reader = others.find((p) => p.uses.some((u) => u.global === use.global));
  switch (use.how) {
    case 'reads':
      return `reads ${name}, which ${changer?.probe.written ?? 'another hit of it'} changes`;
    case 'adds':
      return `adds to ${name} and more, all to be seen together by ${reader?.probe.written ?? 'who reads it'}`;
    case 'steps':
    case 'sets':
    case 'changes':
      return `changes ${name}, which ${reader?.probe.written ?? 'another hit of it'} ${reader === undefined ? 'may change, too' : 'uses, too'}`;
    default:
      return unreachable(use.how);
  }
}

function nameOf(global: ProgramGlobal): string {
  return global.variable.name;
}
