package nfsfs

import (
	"syscall"
	"testing"
)

// An open file of the tests below, with what it was told.
type reader struct{ told failureMark }

func openedNow(f *failure) *reader { return &reader{f.mark()} }

func TestEachOpenFileIsToldOfAFailureOnce(t *testing.T) {
	var f failure
	a, b := openedNow(&f), openedNow(&f)
	if e := f.take(&a.told); e != 0 {
		t.Fatalf("told of %v before anything failed", e)
	}
	f.record(syscall.ENOSPC)
	for name, r := range map[string]*reader{"the first": a, "the second": b} {
		if e := f.take(&r.told); e != syscall.ENOSPC {
			t.Errorf("%s file was told %v, want ENOSPC", name, e)
		}
		if e := f.take(&r.told); e != 0 {
			t.Errorf("%s file was told %v a second time", name, e)
		}
	}
}

func TestAFailureNobodySawIsToldToWhoOpensLater(t *testing.T) {
	var f failure
	f.record(syscall.EIO)
	later := openedNow(&f)
	if e := f.take(&later.told); e != syscall.EIO {
		t.Errorf("told %v, want EIO", e)
	}
	latest := openedNow(&f)
	if e := f.take(&latest.told); e != 0 {
		t.Errorf("a failure that was told already came up again: %v", e)
	}
	f.record(syscall.EIO)
	if e := f.take(&latest.told); e != syscall.EIO {
		t.Errorf("a second failure was not told: %v", e)
	}
}

func TestPeekingLeavesAFailureToBeTold(t *testing.T) {
	var f failure
	a := openedNow(&f)
	f.record(syscall.EDQUOT)
	if e := f.peek(a.told); e != syscall.EDQUOT {
		t.Fatalf("peeked %v, want EDQUOT", e)
	}
	if e := f.take(&a.told); e != syscall.EDQUOT {
		t.Errorf("told %v after peeking, want EDQUOT", e)
	}
}
