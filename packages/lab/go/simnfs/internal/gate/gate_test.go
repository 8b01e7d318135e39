package gate

import (
	"os"
	"os/exec"
	"reflect"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/hanwen/go-fuse/v2/fuse"

	"bluecore.internal/lab/simnfs/internal/nfs3"
	"bluecore.internal/lab/simnfs/internal/nfsfs"
)

// limit is how long a test waits for what should happen at once.
const limit = 5 * time.Second

func withRules(t *testing.T, g *Gate, texts ...string) {
	t.Helper()
	for _, text := range texts {
		r, err := ParseRule(strings.Fields(text))
		if err != nil {
			t.Fatal(err)
		}
		g.Add(r)
	}
}

// newGate returns a gate in front of a file system that is not asked.
func newGate(killable bool) *Gate { return New(fuse.NewDefaultRawFileSystem(), killable) }

// arrive lets an operation come to the gate and returns what it will end with.
func arrive(g *Gate, cancel <-chan struct{}, op Operation, pid int) <-chan fuse.Status {
	end := make(chan fuse.Status, 1)
	in := &fuse.InHeader{}
	in.Pid, in.Uid = uint32(pid), 999
	go func() { end <- g.pass(cancel, op, in) }()
	return end
}

func mustEnd(t *testing.T, end <-chan fuse.Status, want fuse.Status) {
	t.Helper()
	select {
	case got := <-end:
		if got != want {
			t.Errorf("ended with %v, want %v", got, want)
		}
	case <-time.After(limit):
		t.Fatalf("did not end within %v", limit)
	}
}

// mustHold waits until the gate holds up n operations.
func mustHold(t *testing.T, g *Gate, n int) {
	t.Helper()
	for deadline := time.Now().Add(limit); len(g.Status().Held) != n; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("holds %+v, want %d operations", g.Status().Held, n)
		}
	}
}

func TestLetsEverythingPassWithoutRules(t *testing.T) {
	g := newGate(false)
	mustEnd(t, arrive(g, nil, opWrite, 1), fuse.OK)
	if s := g.Status(); s.Seen[opWrite] != 1 || len(s.Rules) != 0 || len(s.Held) != 0 {
		t.Errorf("status %+v", s)
	}
}

func TestHoldsWhatHangsUntilTheHeal(t *testing.T) {
	g := newGate(false)
	withRules(t, g, "hang fsync")
	mustEnd(t, arrive(g, nil, opWrite, 1), fuse.OK)
	interrupted := make(chan struct{})
	close(interrupted)
	end := arrive(g, interrupted, opFsync, 4711) // a process that does not exist counts as killed, where that counts
	mustHold(t, g, 1)
	if held := g.Status().Held[0]; held.Operation != opFsync || held.PID != 4711 || held.UID != 999 {
		t.Errorf("holds %+v", held)
	}
	select {
	case st := <-end:
		t.Fatalf("a signal ended it: %v", st)
	case <-time.After(3 * killPoll):
	}
	g.Heal()
	mustEnd(t, end, fuse.OK)
	mustHold(t, g, 0)
}

func TestTheNewestRuleCountsAlsoForWhatIsHeld(t *testing.T) {
	g := newGate(false)
	withRules(t, g, "hang")
	end := arrive(g, nil, opWrite, 1)
	mustHold(t, g, 1)
	withRules(t, g, "error EIO fsync")
	mustHold(t, g, 1)
	withRules(t, g, "error ENOSPC write")
	mustEnd(t, end, fuse.Status(syscall.ENOSPC))
	if rules := g.Status().Rules; !slices.Equal(rules, []string{"hang all", "error EIO fsync", "error ENOSPC write"}) {
		t.Errorf("rules %q", rules)
	}
}

func TestFailsAsOftenAsAsked(t *testing.T) {
	g := newGate(false)
	withRules(t, g, "error EIO fsync 1")
	mustEnd(t, arrive(g, nil, opFsync, 1), fuse.EIO)
	mustEnd(t, arrive(g, nil, opFsync, 1), fuse.OK)
	if rules := g.Status().Rules; len(rules) != 0 {
		t.Errorf("a rule that is used up is still shown: %q", rules)
	}
}

func TestDelaysAndForgetsTheDelayAtTheHeal(t *testing.T) {
	g := newGate(false)
	withRules(t, g, "delay 80 read")
	start := time.Now()
	mustEnd(t, arrive(g, nil, opRead, 1), fuse.OK)
	if took := time.Since(start); took < 80*time.Millisecond {
		t.Errorf("took %v", took)
	}
	g.Heal()
	withRules(t, g, "delay 3600000 read")
	end := arrive(g, nil, opRead, 1)
	mustHold(t, g, 1)
	g.Heal()
	mustEnd(t, end, fuse.OK)
}

func TestAKillableHangEndsBySIGKILLAlone(t *testing.T) {
	sleeper := exec.Command("sleep", "60")
	if err := sleeper.Start(); err != nil {
		t.Fatal(err)
	}
	waited := false
	defer func() {
		sleeper.Process.Kill()
		if !waited {
			sleeper.Wait()
		}
	}()
	g := newGate(true)
	withRules(t, g, "hang")
	interrupted := make(chan struct{})
	end := arrive(g, interrupted, opRead, sleeper.Process.Pid)
	mustHold(t, g, 1)
	close(interrupted) // some signal
	select {
	case st := <-end:
		t.Fatalf("a signal other than SIGKILL ended it: %v", st)
	case <-time.After(3 * killPoll):
	}
	sleeper.Process.Kill()
	sleeper.Wait()
	waited = true
	mustEnd(t, end, fuse.EINTR)
	mustHold(t, g, 0)
}

func TestFindsSIGKILLAmongPendingSignals(t *testing.T) {
	for status, want := range map[string]bool{
		"Name:\tx\nSigPnd:\t0000000000000100\nShdPnd:\t0000000000000000\n": true,
		"Name:\tx\nSigPnd:\t0000000000000000\nShdPnd:\t0000000000000100\n": true,
		"Name:\tx\nSigPnd:\t0000000000004000\nShdPnd:\t0000000000000002\n": false, // SIGTERM, SIGINT
		"Name:\tx\nSigBlk:\t0000000000000100\n":                            false,
	} {
		if got := killIn(status); got != want {
			t.Errorf("%q: got %v", status, got)
		}
	}
	if killPending(uint32(os.Getpid())) {
		t.Error("this process is being killed")
	}
}

// TestNothingGoesRoundTheGate calls every operation of FUSE on a gate that fails all of them, in front of the real file
// system, which would answer ESTALE or EBADF to these.
func TestNothingGoesRoundTheGate(t *testing.T) {
	notAsked := []string{"String", "SetDebug", "Init", "OnUnmount", "Forget", "Release", "ReleaseDir"}
	absent := []string{ // what NFSv3 does not have
		"Writev", "CopyFileRange", "Lseek", "Statx", "Fallocate", "ReadDirPlus", "Tmpfile", "Ioctl",
		"GetXAttr", "ListXAttr", "SetXAttr", "RemoveXAttr", "GetLk", "SetLk", "SetLkw",
	}
	g := New(nfsfs.New(nil, "root", nfs3.Limits{}, nfsfs.Options{}), false)
	withRules(t, g, "error EPERM")
	operations := reflect.TypeFor[fuse.RawFileSystem]()
	for i := range operations.NumMethod() {
		name := operations.Method(i).Name
		if slices.Contains(notAsked, name) {
			continue
		}
		method := reflect.ValueOf(g).MethodByName(name)
		var args []reflect.Value
		for k := range method.Type().NumIn() {
			arg := reflect.Zero(method.Type().In(k))
			if arg.Kind() == reflect.Pointer {
				arg = reflect.New(method.Type().In(k).Elem())
			}
			args = append(args, arg)
		}
		results := method.Call(args)
		got := results[len(results)-1].Interface().(fuse.Status)
		want := fuse.EPERM
		if slices.Contains(absent, name) {
			want = fuse.ENOSYS
		}
		if got != want {
			t.Errorf("%s ended with %v, want %v", name, got, want)
		}
	}
}
