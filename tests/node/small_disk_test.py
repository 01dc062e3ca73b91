#!/usr/bin/env python3
"""A node on a disk that is really full stops with words, loses nothing, and goes on when there is room.

    small_disk_test.py PROGRAM BUILD [--lives N] [--seed N]

Mounts a small file system in memory, in a namespace of its own, puts a home there, and takes away what the home leaves:
the bytes, so that a block finds no room, or the inodes, so that a snapshot, of which the node cannot know beforehand,
finds none. Then it tries to open the home with next to no room.
Skipped where mounting is not allowed.
"""

import argparse
import errno
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from restart_test import Bench, Node, START_SECONDS, STOP_SECONDS, fail

SKIPPED = 77
DISK_BYTES = 48 << 20
INODES = 100_000
INSIDE = "BALLAST_SMALL_DISK"


class SmallDisk:
    def __init__(self, place):
        self.place, self.filler = place, place / "filler"
        room = f"size={DISK_BYTES},nr_inodes={INODES}"
        subprocess.run(["mount", "-t", "tmpfs", "-o", room, "tmpfs", str(place)], check=True)

    def free(self):
        disk = os.statvfs(self.place)
        return disk.f_bavail * disk.f_frsize

    def leave(self, room):
        """Fills the disk but for so many bytes, while somebody else may be writing to it."""
        self.filler.unlink(missing_ok=True)
        with self.filler.open("wb") as file:
            while (rest := self.free() - room) > 0:
                try:
                    os.posix_fallocate(file.fileno(), os.fstat(file.fileno()).st_size, rest)
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise

    def forbid_new_files(self):
        for _ in range(100):  # The node may have made one more meanwhile.
            disk = os.statvfs(self.place)
            if self.mount_again(disk.f_files - disk.f_ffree):
                return
        fail("the inodes cannot be taken away")

    def clear(self):
        self.filler.unlink(missing_ok=True)
        self.mount_again(0)

    def mount_again(self, inodes):
        """With so many inodes; 0: as many as are wanted."""
        done = subprocess.run(["mount", "-o", f"remount,size={DISK_BYTES},nr_inodes={inodes or INODES}",
                               str(self.place)], capture_output=True, check=False)
        return done.returncode == 0


def ended(node, loading):
    """How a node ends that has no room."""
    try:
        code = node.process.wait(60)
    except subprocess.TimeoutExpired:
        node.end(signal.SIGKILL)
        fail("the node goes on though the disk is full: " + node.said)
    if loading:
        loading.wait(STOP_SECONDS)
    for reader in node.readers:
        reader.join(5)
    return code


def try_to_open(bench):
    """With little room a home opens or is refused with words; it is not harmed."""
    node = Node(bench.program, bench.home, "--set", "disk.free_bytes=0")
    node.listening.wait(START_SECONDS)
    if node.port is not None:
        time.sleep(0.2)
        node.process.send_signal(signal.SIGTERM)
    code = ended(node, None)
    if code not in (0, 1) or (code == 1 and not node.said.strip()):
        fail(f"a start with little room ends with {code}: {node.said}")
    return node.port is not None


def no_bytes(bench, disk, random_):
    """One life that ends for want of room."""
    node = bench.start("--set", "disk.free_bytes=0")
    loading = bench.load(node)
    time.sleep(random_.uniform(0, 0.3))
    disk.leave(random_.choice((0, 4_096, 100_000, 400_000)))
    code = ended(node, loading)
    if code != 1 or ("bytes free" not in node.said and "nothing more is taken" not in node.said):
        fail(f"a full disk ends with {code}: {node.said}")
    opened = 0
    for room in (0, 4_096, 65_536, random_.randrange(400_000)):
        disk.leave(room)
        opened += try_to_open(bench)
    disk.clear()
    bench.check()
    return opened


def no_files(bench, disk, random_):
    """One life that ends because a snapshot cannot be written."""
    node = bench.start("--set", "disk.free_bytes=0", "--set", "snapshots.every_blocks=20")
    loading = bench.load(node)
    time.sleep(random_.uniform(0, 0.3))
    disk.forbid_new_files()
    code = ended(node, loading)
    if code != 1 or "a write failed" not in node.said or "No space" not in node.said:
        fail(f"a disk without inodes ends with {code}: {node.said}")
    disk.forbid_new_files()
    opened = try_to_open(bench)
    disk.clear()
    bench.check()
    return opened


def reserve(bench, disk):
    """A write that would leave less than what must stay free is refused before it is tried."""
    node = bench.start("--set", "disk.free_bytes=4000000")
    loading = bench.load(node)
    disk.leave(4_100_000)
    code = ended(node, loading)
    if code != 1 or "bytes free; 4000000 must stay free" not in node.said:
        fail(f"a disk without its reserve ends with {code}: {node.said}")
    bench.check()
    disk.clear()


def run(given):
    loader = Path(given.build) / "tests" / "node" / "loader"
    folder = Path(tempfile.mkdtemp(prefix="ballast-disk-"))
    (folder / "disk").mkdir()
    disk = SmallDisk(folder / "disk")
    random_ = random.Random(given.seed)
    try:
        bench = Bench(given.program, str(loader), disk.place / "home")
        bench.file = folder / "acknowledged"
        bench.file.touch()
        opened = 0
        for _ in range(given.lives):
            opened += no_bytes(bench, disk, random_)
            opened += no_files(bench, disk, random_)
        reserve(bench, disk)
        before = bench.acknowledged()
        node = bench.start("--set", "disk.free_bytes=0")
        bench.run_for(node, 0.5)
        bench.check()
        if bench.acknowledged() <= before:
            fail("the node takes nothing though there is room")
        print(f"{2 * given.lives} full disks (seed {given.seed}): {bench.acknowledged()} acknowledged, all there; "
              f"{opened} of {5 * given.lives} starts with next to no room succeeded, the others were refused")
    finally:
        subprocess.run(["umount", "-l", str(disk.place)], check=False)
        shutil.rmtree(folder, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("build")
    parser.add_argument("--lives", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    if INSIDE in os.environ:
        run(given)
        return
    apart = ["unshare", "--mount", "--pid", "--kill-child"]
    if os.geteuid() != 0:
        apart.append("--map-root-user")
    try:
        allowed = subprocess.run([*apart, "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True, check=False)
    except FileNotFoundError:
        sys.exit(SKIPPED)
    if allowed.returncode != 0:
        print("skipped: this user may not mount:", allowed.stderr.decode().strip())
        sys.exit(SKIPPED)
    done = subprocess.run([*apart, sys.executable, *sys.argv], env={**os.environ, INSIDE: "1"}, check=False)
    sys.exit(done.returncode)


if __name__ == "__main__":
    main()
