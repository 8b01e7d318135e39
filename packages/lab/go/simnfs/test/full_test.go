package test

import (
	"errors"
	"os"
	"syscall"
	"testing"
	"time"
)

// fillUp leaves less than a page free on the small export.
func fillUp(t *testing.T) {
	t.Helper()
	filler := storage.file("small", "filler")
	t.Cleanup(func() { must(t, os.Remove(filler)) })
	f := create(t, filler)
	for block := make([]byte, 4096); ; {
		if _, err := f.Write(block); err != nil {
			if !errors.Is(err, syscall.ENOSPC) {
				t.Fatal(err)
			}
			return
		}
	}
}

func TestABigWriteLearnsThatTheServerIsFull(t *testing.T) {
	m := nodeA.mount(t, "small", "")
	name := folder(t, m) + "/big"
	t.Cleanup(func() { must(t, os.Remove(m.path(name))) })
	f := create(t, m.path(name))
	var failed error
	for range 16 {
		if _, failed = f.Write(make([]byte, 1<<20)); failed != nil {
			break
		}
	}
	if failed == nil {
		failed = f.Sync()
	}
	if !errors.Is(failed, syscall.ENOSPC) {
		t.Errorf("16 MiB on 8 MiB: %v, want ENOSPC", failed)
	}
	f.Close() // may say it once more
}

// TestEachOpenFileIsToldOnceThatAWriteFailed is about two programs with one file, as PostgreSQL's backend that writes
// and its checkpointer that calls fsync.
func TestEachOpenFileIsToldOnceThatAWriteFailed(t *testing.T) {
	m := nodeA.mount(t, "small", "")
	name := folder(t, m) + "/table"
	must(t, os.WriteFile(m.path(name), []byte("page"), 0o600))
	backend := open(t, m.path(name), os.O_RDWR)
	checkpointer := open(t, m.path(name), os.O_RDWR)
	fillUp(t)
	if _, err := backend.WriteAt(make([]byte, 8192), 4096); err != nil {
		t.Fatalf("write: %v; it cannot know yet", err)
	}
	eventually(t, 5*time.Second, "the write has failed", func() bool { return m.ctl(t, "status").Writes.InFlightBytes == 0 })
	if err := syscall.Close(got(syscall.Dup(int(backend.Fd())))(t)); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("closing a copy of the backend's file: %v, want ENOSPC", err)
	}
	for who, f := range map[string]*os.File{"backend": backend, "checkpointer": checkpointer} {
		if err := f.Sync(); !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("first fsync of the %s: %v, want ENOSPC", who, err)
		}
		if err := f.Sync(); err != nil {
			t.Errorf("second fsync of the %s: %v, want none", who, err)
		}
	}
	later := open(t, m.path(name), os.O_RDONLY)
	if err := later.Sync(); err != nil {
		t.Errorf("fsync of a file opened after all that: %v", err)
	}
}

func TestAFailedWriteIsToldByTheNextWrite(t *testing.T) {
	m := nodeA.mount(t, "small", "")
	f := create(t, m.path(folder(t, m)+"/file"))
	fillUp(t)
	got(f.Write(make([]byte, 8192)))(t)
	waitAnswered(t, m)
	if _, err := f.Write([]byte("more")); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("the next write: %v, want ENOSPC", err)
	}
	if err := f.Close(); err != nil {
		t.Errorf("close after the program was told: %v", err)
	}
}
