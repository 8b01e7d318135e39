package gate

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// killPoll is how often a process that has had a signal is looked at: a SIGKILL later on is not told by FUSE again.
const killPoll = 100 * time.Millisecond

// waitKillable waits until changed is closed, or, once a signal has come (cancel is closed), until SIGKILL has. A nil
// cancel is a wait that no signal ends.
func waitKillable(cancel, changed <-chan struct{}, thread uint32) (killed bool) {
	var poll <-chan time.Time
	for {
		select {
		case <-changed:
			return false
		case <-cancel:
			cancel = nil
			ticker := time.NewTicker(killPoll)
			defer ticker.Stop()
			poll = ticker.C
		case <-poll:
		}
		if killPending(thread) {
			return true
		}
	}
}

// killPending tells whether SIGKILL waits for a thread, or whether it has ended. The kernel makes a SIGKILL of any
// signal that ends a process by default.
func killPending(thread uint32) bool {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", thread))
	if err != nil {
		return errors.Is(err, fs.ErrNotExist)
	}
	return killIn(string(text))
}

// killIn finds SIGKILL in the signals that a /proc/PID/status says are pending.
func killIn(status string) bool {
	for line := range strings.Lines(status) {
		name, value, _ := strings.Cut(line, ":")
		if name != "SigPnd" && name != "ShdPnd" {
			continue
		}
		mask, err := strconv.ParseUint(strings.TrimSpace(value), 16, 64)
		if err == nil && mask&(1<<(syscall.SIGKILL-1)) != 0 {
			return true
		}
	}
	return false
}
