package test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestFilesAreTheServers(t *testing.T) {
	m := nodeA.mount(t, "open", "")
	dir := folder(t, m)
	on := func(name string) string { return m.path(dir + "/" + name) }
	disk := func(name string) string { return storage.file("open", dir+"/"+name) }

	data := random(t, 3<<20+17)
	must(t, os.WriteFile(on("data"), data, 0o640))
	mustHave(t, disk("data"), data)
	must(t, os.Truncate(on("data"), 5000))
	mustHave(t, disk("data"), data[:5000])
	must(t, os.Chown(on("data"), 1234, 5678))
	must(t, syscall.Chmod(on("data"), 0o4751))
	at := time.Date(2020, 2, 29, 12, 0, 0, 123456789, time.UTC)
	must(t, os.Chtimes(on("data"), at, at))
	for _, path := range []string{on("data"), disk("data")} {
		var st syscall.Stat_t
		must(t, syscall.Stat(path, &st))
		if st.Mode != syscall.S_IFREG|0o4751 || st.Uid != 1234 || st.Gid != 5678 || st.Size != 5000 || st.Mtim.Nano() != at.UnixNano() {
			t.Errorf("%s: mode %o, owner %d:%d, size %d, mtime %v", path, st.Mode, st.Uid, st.Gid, st.Size, st.Mtim)
		}
	}

	must(t, os.Rename(on("data"), on("renamed")))
	must(t, os.Link(on("renamed"), on("linked")))
	must(t, os.Symlink("renamed", on("symbolic")))
	must(t, syscall.Mkfifo(on("fifo"), 0o600))
	must(t, syscall.Mknod(on("device"), syscall.S_IFCHR|0o600, 1<<8|3))
	must(t, os.Mkdir(on("sub"), 0o700))
	for name, want := range map[string]fs.FileMode{
		"renamed": 0o751 | fs.ModeSetuid, "linked": 0o751 | fs.ModeSetuid, "symbolic": 0o777 | fs.ModeSymlink,
		"fifo": 0o600 | fs.ModeNamedPipe, "device": 0o600 | fs.ModeDevice | fs.ModeCharDevice, "sub": 0o700 | fs.ModeDir,
	} {
		for _, path := range []string{on(name), disk(name)} {
			if info := got(os.Lstat(path))(t); info.Mode() != want {
				t.Errorf("%s is %v, want %v", path, info.Mode(), want)
			}
		}
	}
	if target := got(os.Readlink(on("symbolic")))(t); target != "renamed" {
		t.Errorf("symbolic points to %s", target)
	}
	if info := got(os.Stat(on("linked")))(t); info.Sys().(*syscall.Stat_t).Nlink != 2 {
		t.Errorf("linked has %d names", info.Sys().(*syscall.Stat_t).Nlink)
	}
	if info := got(os.Stat(on("device")))(t); info.Sys().(*syscall.Stat_t).Rdev != 1<<8|3 {
		t.Errorf("device has number %x", info.Sys().(*syscall.Stat_t).Rdev)
	}

	must(t, os.WriteFile(on("sub/inner"), nil, 0o600))
	if err := os.Remove(on("sub")); !errors.Is(err, syscall.ENOTEMPTY) {
		t.Errorf("removing a folder with a file in it: %v", err)
	}
	must(t, os.RemoveAll(on("")))
	if _, err := os.Lstat(disk("")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the folder is still on the server: %v", err)
	}
}

func TestListsMoreNamesThanOneAnswerHolds(t *testing.T) {
	m := nodeA.mount(t, "open", "")
	dir := folder(t, m)
	const count = 1500
	for i := range count {
		must(t, os.WriteFile(storage.file("open", fmt.Sprintf("%s/a-name-of-some-length-%04d", dir, i)), nil, 0o600))
	}
	entries := got(os.ReadDir(m.path(dir)))(t)
	if len(entries) != count {
		t.Fatalf("%d names, want %d", len(entries), count)
	}
	for i, e := range entries { // sorted by os.ReadDir
		if want := fmt.Sprintf("a-name-of-some-length-%04d", i); e.Name() != want || !e.Type().IsRegular() {
			t.Fatalf("entry %d is %v", i, e)
		}
	}
}

func TestBigFilesComeBackAsTheyWereWritten(t *testing.T) {
	a, b := nodeA.mount(t, "open", ""), nodeB.mount(t, "open", "")
	name := folder(t, a) + "/big"
	data := random(t, 48<<20)
	f := create(t, a.path(name))
	for at := 0; at < len(data); at += 1 << 20 {
		got(f.Write(data[at : at+1<<20]))(t)
	}
	for i := range 200 { // overwrite across pages, out of order
		at := (i * 7919 * 4099) % (len(data) - 9000)
		piece := random(t, 1+i*40)
		copy(data[at:], piece)
		got(f.WriteAt(piece, int64(at)))(t)
	}
	if w := a.ctl(t, "status").Writes; w.UncommittedBytes >= 40<<20 {
		t.Errorf("%d bytes are kept for a COMMIT that comes of itself after 32 MiB", w.UncommittedBytes)
	}
	must(t, f.Close())
	if w := a.ctl(t, "status").Writes; w.UncommittedBytes != 0 || w.InFlightBytes != 0 {
		t.Errorf("after close there is still something under way: %+v", w)
	}
	mustHave(t, a.path(name), data)
	mustHave(t, b.path(name), data)
	mustHave(t, storage.file("open", name), data)
}

func TestTheLastOfManyWritesOfAPageWins(t *testing.T) {
	m := nodeA.mount(t, "open", "")
	name := folder(t, m) + "/page"
	f := create(t, m.path(name))
	var want []byte
	for i := range 5000 {
		want = []byte(fmt.Sprintf("version %06d", i))
		got(f.WriteAt(want, 0))(t)
	}
	must(t, f.Sync())
	mustHave(t, storage.file("open", name), want)
}

func TestTheSizeOfAFileCountsWritesUnderWay(t *testing.T) {
	m := nodeA.mount(t, "open", "noac")
	f := create(t, m.path(folder(t, m)+"/growing"))
	piece := make([]byte, 200_000)
	for i := range 50 {
		got(f.Write(piece))(t)
		if size := got(f.Stat())(t).Size(); size != int64((i+1)*len(piece)) {
			t.Fatalf("after %d pieces of %d bytes the size is %d", i+1, len(piece), size)
		}
	}
}

func TestAppendsAndHolesAreKept(t *testing.T) {
	m := nodeA.mount(t, "open", "")
	name := folder(t, m) + "/sparse"
	f := create(t, m.path(name))
	got(f.WriteAt([]byte("end"), 100_000))(t)
	must(t, f.Close())
	f = open(t, m.path(name), os.O_WRONLY|os.O_APPEND)
	got(f.WriteString("more"))(t)
	must(t, f.Close())
	want := append(make([]byte, 100_000), "endmore"...)
	mustHave(t, m.path(name), want)
	mustHave(t, storage.file("open", name), want)
}

func TestWritesThroughASharedMappingAreStored(t *testing.T) {
	m := nodeA.mount(t, "open", "")
	name := folder(t, m) + "/mapped"
	f := create(t, m.path(name))
	want := random(t, 40_000)
	must(t, f.Truncate(int64(len(want))))
	memory := got(unix.Mmap(int(f.Fd()), 0, len(want), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED))(t)
	copy(memory, want)
	must(t, unix.Msync(memory, unix.MS_SYNC))
	mustHave(t, storage.file("open", name), want)
	memory[5000]++ // stored by the unmapping and close
	want[5000]++
	must(t, unix.Munmap(memory))
	must(t, f.Close())
	mustHave(t, m.path(name), want)
	eventually(t, 10*time.Second, "what was mapped is on the server", func() bool {
		have := got(os.ReadFile(storage.file("open", name)))(t)
		return bytes.Equal(have, want)
	})
}

func TestWritesThatMustBeStoredAtOnceAre(t *testing.T) {
	for name, c := range map[string]struct {
		options string
		flags   int
	}{
		"mounted sync":      {"sync", 0},
		"opened with DSYNC": {"", syscall.O_DSYNC},
	} {
		t.Run(name, func(t *testing.T) {
			m := nodeA.mount(t, "open", c.options)
			f := open(t, m.path(folder(t, m)+"/file"), os.O_CREATE|os.O_WRONLY|c.flags)
			got(f.Write(make([]byte, 10_000)))(t)
			if w := m.ctl(t, "status").Writes; w.InFlightBytes+w.UncommittedBytes != 0 {
				t.Errorf("after the write: %+v", w)
			}
		})
	}
	m := nodeA.mount(t, "open", "")
	f := create(t, m.path(folder(t, m)+"/file"))
	got(f.Write(make([]byte, 10_000)))(t)
	if w := m.ctl(t, "status").Writes; w.InFlightBytes+w.UncommittedBytes != 10_000 {
		t.Errorf("without either the write waits for an fsync, but there is: %+v", w)
	}
}

func TestTellsHowFullTheServerIs(t *testing.T) {
	m := nodeA.mount(t, "small", "")
	var st syscall.Statfs_t
	must(t, syscall.Statfs(m.path(""), &st))
	if total := st.Blocks * uint64(st.Bsize); total != 8<<20 {
		t.Errorf("the export of 8 MiB has %d bytes", total)
	}
}
