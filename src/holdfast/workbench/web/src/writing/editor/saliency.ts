/** How many steps of shade there are. */
export const LEVELS = 8;

/** The shade of a saliency: steps of the greatest in the snippet, 0 where there is none. */
export function saliencyLevel(saliency: number | null, greatest: number): number {
  if (saliency === null || greatest <= 0) return 0;
  return Math.min(LEVELS, Math.round((saliency / greatest) * LEVELS));
}
