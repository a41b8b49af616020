import { describe, expect, it } from "vitest";

import { ActiveClock } from "./activeClock";

function clockOf(idle: number) {
  let now = 0;
  const tasks = new Set<() => void>();
  const clock = new ActiveClock(idle, {
    now: () => now * 1000,
    every: (_, task) => {
      tasks.add(task);
      return () => tasks.delete(task);
    },
  });
  const wait = (seconds: number, ticks = true) => {
    for (let past = 0; past < seconds; past += 1) {
      now += 1;
      if (ticks) [...tasks].forEach((task) => task());
    }
  };
  return { clock, wait };
}

describe("ActiveClock", () => {
  it("stands still until something is done", () => {
    const { clock, wait } = clockOf(30);
    wait(100);
    expect(clock.seconds).toBe(0);
    expect(clock.face.read().running).toBe(false);
  });

  it("pauses when nothing was done for the idle time, and goes on with the next activity", () => {
    const { clock, wait } = clockOf(30);
    clock.touch();
    wait(10);
    clock.touch();
    wait(100);
    expect(clock.seconds).toBe(40);
    expect(clock.face.read()).toEqual({ seconds: 40, running: false });
    clock.touch();
    wait(5);
    expect(clock.seconds).toBe(45);
    expect(clock.face.read().running).toBe(true);
  });

  it("pauses by a new idle time from when the settings change", () => {
    const { clock, wait } = clockOf(30);
    clock.touch();
    clock.pauseAfter(5);
    wait(20);
    expect(clock.seconds).toBe(5);
  });

  it("takes more time from the server, and never less", () => {
    const { clock, wait } = clockOf(30);
    clock.touch();
    wait(10);
    clock.atLeast(100);
    wait(5);
    expect(clock.seconds).toBe(105);
    clock.atLeast(50);
    expect(clock.seconds).toBe(105);
  });

  it("says when it pauses by itself", () => {
    const { clock, wait } = clockOf(30);
    const pauses: number[] = [];
    clock.whenPaused(() => pauses.push(clock.seconds));
    clock.touch();
    wait(60);
    expect(pauses).toEqual([30]);
  });

  it("does not count the time that a computer slept", () => {
    const { clock, wait } = clockOf(30);
    clock.touch();
    wait(3600, false);
    expect(clock.seconds).toBe(30);
    clock.touch();
    wait(1);
    expect(clock.seconds).toBe(31);
  });

  it("goes on from what a draft has had", () => {
    const { clock, wait } = clockOf(30);
    clock.touch();
    wait(5);
    clock.reset(120);
    wait(10);
    expect(clock.seconds).toBe(120);
    clock.touch();
    wait(2);
    expect(clock.seconds).toBe(122);
  });
});
