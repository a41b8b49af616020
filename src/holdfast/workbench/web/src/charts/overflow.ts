import { type RefObject, useEffect, useRef, useState } from "react";

/** Whether an element is wider within than it is: then it scrolls sideways. */
export function useOverflow<E extends HTMLElement>(): [RefObject<E | null>, boolean] {
  const element = useRef<E>(null);
  const [over, setOver] = useState(false);
  useEffect(() => {
    const watched = element.current;
    if (watched === null || typeof ResizeObserver === "undefined") return;
    const observer = new ResizeObserver(() => setOver(watched.scrollWidth > watched.clientWidth + 1));
    observer.observe(watched);
    for (const child of watched.children) observer.observe(child);
    return () => observer.disconnect();
  }, []);
  return [element, over];
}
