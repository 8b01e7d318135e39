package test

import (
	"errors"
	"fmt"
	"os"
	"syscall"
	"testing"
	"time"
)

func TestACutHoldsUpWhatNeedsTheServerUntilTheHeal(t *testing.T) {
	m := nodeA.mount(t, "open", "")
	name := folder(t, m) + "/file"
	f := create(t, m.path(name))
	if s := m.ctl(t, "cut"); !s.Cut {
		t.Errorf("status after cut: %+v", s)
	}
	got(f.Write([]byte("written behind\n")))(t)
	sync := during(f.Sync)
	list := during(func() error { _, err := os.ReadDir(m.path("")); return err })
	mustHang(t, sync, "fsync")
	mustHang(t, list, "listing a folder")
	if s := m.ctl(t, "status"); s.Writes.InFlightBytes == 0 || s.Calls.Waiting < 2 {
		t.Errorf("status during the cut: %+v", s)
	}
	if info := got(os.Stat(storage.file("open", name)))(t); info.Size() != 0 {
		t.Errorf("%d bytes came to the server through the cut", info.Size())
	}
	if s := m.ctl(t, "heal"); s.Cut {
		t.Errorf("status after heal: %+v", s)
	}
	mustEnd(t, sync, 5*time.Second, "fsync after the heal")
	mustEnd(t, list, 5*time.Second, "listing a folder after the heal")
	mustHave(t, storage.file("open", name), []byte("written behind\n"))
}

// TestNoFsyncReturnsBeforeTheServerHasStored has two programs want the same data stored, one by fsync, one by close.
func TestNoFsyncReturnsBeforeTheServerHasStored(t *testing.T) {
	m := nodeA.mount(t, "open", "")
	name := folder(t, m) + "/file"
	writer := create(t, m.path(name))
	other := open(t, m.path(name), os.O_RDWR)
	got(writer.Write([]byte("data")))(t)
	waitAnswered(t, m)
	m.ctl(t, "cut")
	first := during(writer.Sync)
	mustHang(t, first, "fsync by the writer")
	second := during(other.Close)
	mustHang(t, second, "close by the other program")
	m.ctl(t, "heal")
	mustEnd(t, first, 5*time.Second, "fsync by the writer after the heal")
	mustEnd(t, second, 5*time.Second, "close by the other program after the heal")
	mustHave(t, storage.file("open", name), []byte("data"))
}

// TestLostPacketsAreAStall takes the cable out on the NAS's side for longer than TCP_USER_TIMEOUT: the connection is
// given up, and another one carries the calls that have no answer.
func TestLostPacketsAreAStall(t *testing.T) {
	m := nodeB.mount(t, "open", "")
	name := folder(t, m) + "/file"
	cable := func(state string) { got(storage.output("ip", "link", "set", nodeB.link, state))(t) }
	t.Cleanup(func() { cable("up") })
	cable("down")
	write := during(func() error { return os.WriteFile(m.path(name), []byte("late"), 0o600) })
	select {
	case err := <-write:
		t.Fatalf("writing a file does not hang: %v", err)
	case <-time.After(10 * time.Second):
	}
	cable("up")
	mustEnd(t, write, 10*time.Second, "writing a file after the cable is back")
	if s := m.ctl(t, "status"); s.Calls.Resent == 0 {
		t.Errorf("no call was sent again: %+v", s)
	}
	mustHave(t, storage.file("open", name), []byte("late"))
}

func TestAHangOfFsyncLeavesTheRestAlone(t *testing.T) {
	m := nodeA.mount(t, "open", "")
	dir := folder(t, m)
	f := create(t, m.path(dir+"/file"))
	got(f.Write([]byte("data")))(t)
	m.ctl(t, "hang", "fsync")
	sync := during(f.Sync)
	mustHang(t, sync, "fsync")
	must(t, os.WriteFile(m.path(dir+"/other"), []byte("other"), 0o600))
	mustHave(t, m.path(dir+"/other"), []byte("other"))
	s := m.ctl(t, "status")
	if len(s.Held) != 1 || s.Held[0].Operation != "fsync" || s.Held[0].UID != 0 || s.Held[0].Ms < 500 {
		t.Errorf("held: %+v", s.Held)
	}
	m.ctl(t, "heal")
	mustEnd(t, sync, 5*time.Second, "fsync after the heal")
}

func TestAnErrorComesAsOftenAsItWasAskedFor(t *testing.T) {
	m := nodeA.mount(t, "open", "")
	name := folder(t, m) + "/file"
	f := create(t, m.path(name))
	got(f.Write([]byte("data")))(t)
	m.ctl(t, "error", "EIO", "fsync", "1")
	if err := f.Sync(); !errors.Is(err, syscall.EIO) {
		t.Errorf("first fsync: %v, want EIO", err)
	}
	if err := f.Sync(); err != nil {
		t.Errorf("second fsync: %v", err)
	}
	m.ctl(t, "error", "EROFS", "modify")
	if err := os.Remove(m.path(name)); !errors.Is(err, syscall.EROFS) {
		t.Errorf("unlink: %v, want EROFS", err)
	}
	got(os.ReadFile(m.path(name)))(t)
	m.ctl(t, "heal")
	must(t, os.Remove(m.path(name)))
}

func TestADelayAddsItsTime(t *testing.T) {
	m := nodeA.mount(t, "open", "")
	f := create(t, m.path(folder(t, m)+"/file"))
	m.ctl(t, "delay", "300", "fsync")
	start := time.Now()
	must(t, f.Sync())
	if took := time.Since(start); took < 300*time.Millisecond {
		t.Errorf("fsync took %v", took)
	}
}

func TestSIGKILLEndsAHungProcessOnlyOnAKillableMount(t *testing.T) {
	for _, killable := range []bool{true, false} {
		options := ""
		name := "not killable"
		if killable {
			options, name = "simnfs_killable", "killable"
		}
		t.Run(name, func(t *testing.T) {
			m := nodeA.mount(t, "open", options)
			if s := m.ctl(t, "status"); s.Killable != killable {
				t.Errorf("status says killable %v", s.Killable)
			}
			must(t, os.WriteFile(storage.file("open", "to-read"), []byte("data"), 0o644))
			m.ctl(t, "hang", "open")
			reader := nodeA.start("cat", m.dir+"/to-read")
			end := during(func() error {
				if _, err := reader.wait(30 * time.Second); exitCode(err) != 128+9 {
					return fmt.Errorf("not killed: %w", err)
				}
				return nil
			})
			eventually(t, 5*time.Second, "the reader hangs", func() bool { return len(m.ctl(t, "status").Held) == 1 })
			must(t, reader.signal("KILL"))
			if killable {
				mustEnd(t, end, 3*time.Second, "the killed reader")
				return
			}
			mustHang(t, end, "the killed reader")
			m.ctl(t, "heal")
			mustEnd(t, end, 3*time.Second, "the killed reader after the heal")
		})
	}
}
