"""How long light commands take, each as a process of its own: at most 0.3 s for `holdfast --help`.

Run: python benchmarks/start_up.py --repeats 10
"""

import argparse
import subprocess
import sys
from statistics import median
from time import perf_counter

COMMANDS = [
    ["--help"],
    ["run", "--help"],
    ["tasks"],
    ["sample", "--task", "storyworld", "-n", "1"],
    ["attacks"],
]


def seconds(command):
    began = perf_counter()
    program = [sys.executable, "-m", "holdfast.cli.main", *command]
    subprocess.run(program, check=True, stdout=subprocess.DEVNULL)
    return perf_counter() - began


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=10)
    repeats = parser.parse_args().repeats
    print(f"{'command':<45} {'median':>8} {'worst':>8}")
    for command in COMMANDS:
        taken = [seconds(command) for _ in range(repeats)]
        print(f"{'holdfast ' + ' '.join(command):<45} {median(taken):>6.2f} s {max(taken):>6.2f} s")


if __name__ == "__main__":
    main()
