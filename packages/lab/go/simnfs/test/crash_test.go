package test

import (
	"bytes"
	"os"
	"syscall"
	"testing"
	"time"
)

// losePages overwrites a file on the server's disk, while the server is down, with what was there before: as when a
// machine loses power, and with it what no COMMIT has asked for. Killing the server alone loses nothing, since the
// kernel below it keeps its pages.
func losePages(t *testing.T, path string, before []byte) {
	t.Helper()
	must(t, os.WriteFile(path, before, 0o600))
}

// waitAnswered waits until the server has all writes, but need not have stored them.
func waitAnswered(t *testing.T, m *mounted) {
	t.Helper()
	eventually(t, 10*time.Second, "the server answers all writes", func() bool {
		return m.ctl(t, "status").Writes.InFlightBytes == 0
	})
}

func TestWritesLostInACrashOfTheServerAreSentAgain(t *testing.T) {
	m := nodeA.mount(t, "open", "")
	name := folder(t, m) + "/file"
	stored, lost := random(t, 20_000), random(t, 300_000)
	f := create(t, m.path(name))
	got(f.Write(stored))(t)
	must(t, f.Sync())
	got(f.Write(lost))(t)
	waitAnswered(t, m)
	if w := m.ctl(t, "status").Writes; w.UncommittedBytes != int64(len(lost)) {
		t.Fatalf("before the crash: %+v", w)
	}
	storage.crash(t)
	losePages(t, storage.file("open", name), stored)
	storage.restart(t)
	must(t, f.Sync())
	if w := m.ctl(t, "status").Writes; w.Repeated == 0 || w.UncommittedBytes != 0 {
		t.Errorf("after the fsync: %+v", w)
	}
	mustHave(t, storage.file("open", name), append(bytes.Clone(stored), lost...))
}

func TestWhatIsSentAgainDoesNotOverwriteWhatCameLater(t *testing.T) {
	for name, flags := range map[string]int{"written": 0, "written at once": syscall.O_DSYNC} {
		t.Run(name, func(t *testing.T) {
			m := nodeA.mount(t, "open", "")
			name := folder(t, m) + "/file"
			f := create(t, m.path(name))
			later := open(t, m.path(name), os.O_WRONLY|flags)
			got(f.Write(bytes.Repeat([]byte("A"), 8192)))(t)
			waitAnswered(t, m)
			storage.crash(t)
			losePages(t, storage.file("open", name), nil)
			storage.restart(t)
			got(later.WriteAt([]byte("BBBB"), 4000))(t)
			got(later.WriteAt([]byte("CC"), 4095))(t)
			must(t, f.Sync())
			want := bytes.Repeat([]byte("A"), 8192)
			copy(want[4000:], "BBBB")
			copy(want[4095:], "CC")
			mustHave(t, storage.file("open", name), want)
			if w := m.ctl(t, "status").Writes; w.Repeated == 0 {
				t.Errorf("nothing was sent again: %+v", w)
			}
		})
	}
}

// TestACrashInMidWriteIsAStallAndNoMore has a program write and fsync without end while the server dies and comes back.
func TestACrashInMidWriteIsAStallAndNoMore(t *testing.T) {
	m := nodeA.mount(t, "open", "")
	name := folder(t, m) + "/log"
	data := random(t, 12<<20)
	f := create(t, m.path(name))
	const block = 8192
	halfway := make(chan struct{})
	result := make(chan error, 1)
	go func() {
		result <- func() error {
			for at := 0; at < len(data); at += block {
				if _, err := f.Write(data[at:min(at+block, len(data))]); err != nil {
					return err
				}
				if at == len(data)/2/block*block {
					close(halfway)
				}
				if at%(50*block) == 0 {
					if err := f.Sync(); err != nil {
						return err
					}
				}
			}
			return f.Sync()
		}()
	}()
	<-halfway
	// Frozen first, so that it dies with a call that it has not answered.
	t.Cleanup(func() {
		if storage.ganesha != nil {
			must(t, storage.ganesha.signal("CONT"))
		}
	})
	must(t, storage.ganesha.signal("STOP"))
	eventually(t, 10*time.Second, "the writer waits for the server", func() bool { return m.ctl(t, "status").Calls.OldestMs > 100 })
	storage.crash(t)
	// It must go on waiting: nothing but the server's return may end that.
	select {
	case err := <-result:
		t.Fatalf("the writer did not wait for the server: %v", err)
	case <-time.After(time.Second):
	}
	storage.restart(t)
	select {
	case err := <-result:
		must(t, err)
	case <-time.After(30 * time.Second):
		t.Fatalf("the writer still waits: %+v", m.ctl(t, "status"))
	}
	if s := m.ctl(t, "status"); s.Calls.Resent == 0 {
		t.Errorf("the call that had no answer was not sent again: %+v", s)
	}
	mustHave(t, storage.file("open", name), data)
}
