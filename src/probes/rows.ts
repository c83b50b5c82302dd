/** What templates have of probe points. */
import type { BoundPoint, FamilyHandler } from './family.ts';

/** What each template has of a point that is attached by itself. */
export interface PointRow {
  /** Tells the callbacks of points apart: the number of the handler, and of the point where it has several. */
  readonly id: string;
  readonly probe: number;
  /** The point's text as a string of C. */
  readonly place: string;
  readonly body: string;
  readonly enter: string;
  readonly leave: string;
  readonly optional: boolean;
}

/** One row for each point of each handler, with what the family adds to it. */
export function pointRows<T>(
  handlers: readonly FamilyHandler[],
  more: (point: BoundPoint, handler: FamilyHandler) => T,
): (PointRow & T)[] {
  return handlers.flatMap((handler) =>
    handler.points.map((point, i) => ({
      id: handler.points.length > 1 ? `${handler.index}_${i + 1}` : `${handler.index}`,
      probe: handler.index,
      place: JSON.stringify(point.text),
      body: handler.body,
      enter: handler.enter,
      leave: handler.leave,
      optional: handler.optional,
      ...more(point, handler),
    })),
  );
}
