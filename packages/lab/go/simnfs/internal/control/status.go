// Package control is how faults are set on a mount from outside: a unix socket on which the mount's daemon listens.
// A request is a line of words, an answer is a line of JSON.
package control

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"bluecore.internal/lab/simnfs/internal/gate"
	"bluecore.internal/lab/simnfs/internal/nfsfs"
)

// Calls are figures about calls to the server.
type Calls struct {
	Waiting  int   `json:"waiting"`  // without an answer
	OldestMs int64 `json:"oldestMs"` // how long ago the longest waiting of them went out
	Resent   int64 `json:"resent"`   // sent again on a new connection, since the mount
}

// Status is all that there is to say of a mount.
type Status struct {
	Source   string `json:"source"`
	Target   string `json:"target"`
	Socket   string `json:"socket"`
	PID      int    `json:"pid"`
	Killable bool   `json:"killable"`
	Cut      bool   `json:"cut"`
	gate.Status
	Calls  Calls        `json:"calls"`
	Writes nfsfs.Writes `json:"writes"`
}

// answer is what the daemon says to a request.
type answer struct {
	Error  string  `json:"error,omitempty"`
	Status *Status `json:"status,omitempty"`
}

// print writes a status for people.
func (s Status) print(w io.Writer) {
	fmt.Fprintf(w, "%s on %s (pid %d, %s)\n", s.Source, s.Target, s.PID, s.Socket)
	fmt.Fprintf(w, "  faults: %s\n", s.faults())
	for _, h := range s.Held {
		fmt.Fprintf(w, "  held:   %s of pid %d, uid %d, for %d ms\n", h.Operation, h.PID, h.UID, h.Ms)
	}
	fmt.Fprintf(w, "  calls:  %d waiting, the oldest for %d ms; %d sent again\n", s.Calls.Waiting, s.Calls.OldestMs, s.Calls.Resent)
	fmt.Fprintf(w, "  writes: %d bytes in flight, %d uncommitted; %d repeated after a restart of the server\n",
		s.Writes.InFlightBytes, s.Writes.UncommittedBytes, s.Writes.Repeated)
	var seen []string
	for _, op := range slices.Sorted(maps.Keys(s.Seen)) {
		seen = append(seen, fmt.Sprintf("%s %d", op, s.Seen[op]))
	}
	fmt.Fprintf(w, "  seen:   %s\n", strings.Join(seen, ", "))
}

// faults names all that is set, newest last.
func (s Status) faults() string {
	all := slices.Clone(s.Rules)
	if s.Cut {
		all = append(all, "cut")
	}
	if len(all) == 0 {
		return "none"
	}
	return strings.Join(all, "; ")
}
