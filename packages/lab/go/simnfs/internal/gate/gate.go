// Package gate stands between the kernel's requests and a file system, and lets faults be set there while it is in use:
// operations that hang, are slow, or fail.
package gate

import (
	"cmp"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/hanwen/go-fuse/v2/fuse"
)

// Gate is a file system with faults in front of another one.
type Gate struct {
	fuse.RawFileSystem
	killable bool

	mu      sync.Mutex
	rules   []*Rule
	changed chan struct{} // closed and replaced when the rules change
	held    map[*holding]struct{}
	seen    map[Operation]int64
}

// holding is an operation that a rule holds up.
type holding struct {
	op       Operation
	pid, uid uint32
	since    time.Time
}

// Held is an operation that a rule holds up. PID is the thread that waits for it.
type Held struct {
	Operation Operation `json:"op"`
	PID       uint32    `json:"pid"`
	UID       uint32    `json:"uid"`
	Ms        int64     `json:"ms"`
}

// Status is what a gate does now, and how many of each operation have come to it.
type Status struct {
	Rules []string            `json:"rules"`
	Held  []Held              `json:"held"`
	Seen  map[Operation]int64 `json:"seen"`
}

// New returns a gate without rules in front of inner. Killable is what Linux's NFS client does: SIGKILL ends a process
// that hangs. Otherwise nothing does, which is what Linux's client comes to in a flush at exit or in write-back.
func New(inner fuse.RawFileSystem, killable bool) *Gate {
	return &Gate{
		RawFileSystem: inner,
		killable:      killable,
		changed:       make(chan struct{}),
		held:          map[*holding]struct{}{},
		seen:          map[Operation]int64{},
	}
}

// Add puts a rule before those that are there: the newest one that applies to an operation is the one that counts.
// Operations that are blocked are evaluated again.
func (g *Gate) Add(r *Rule) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.rules = append(g.rules, r)
	g.wake()
}

// Heal removes all rules and releases the operations that they block.
func (g *Gate) Heal() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.rules = nil
	g.wake()
}

func (g *Gate) wake() {
	close(g.changed)
	g.changed = make(chan struct{})
}

// Status returns what the gate does at this moment; rules oldest first, then held operations, longest first.
func (g *Gate) Status() Status {
	g.mu.Lock()
	defer g.mu.Unlock()
	s := Status{Rules: []string{}, Held: []Held{}, Seen: maps.Clone(g.seen)}
	for _, r := range g.rules {
		if r.left != 0 {
			s.Rules = append(s.Rules, r.String())
		}
	}
	for h := range g.held {
		s.Held = append(s.Held, Held{Operation: h.op, PID: h.pid, UID: h.uid, Ms: time.Since(h.since).Milliseconds()})
	}
	slices.SortFunc(s.Held, func(a, b Held) int { return cmp.Compare(b.Ms, a.Ms) })
	return s
}

// pass comes back with OK when the operation may go on to the file system, or with the error that it ends with. An
// operation held up goes on after the heal even if its process is dead.
func (g *Gate) pass(cancel <-chan struct{}, op Operation, in *fuse.InHeader) fuse.Status {
	h := &holding{op: op, pid: in.Pid, uid: in.Uid, since: time.Now()}
	g.mu.Lock()
	g.seen[op]++
	g.mu.Unlock()
	for {
		rule, changed := g.match(h)
		switch {
		case rule == nil:
			return fuse.OK
		case rule.errno != 0:
			return fuse.Status(rule.errno)
		case rule.hang:
			if !g.killable {
				cancel = nil
			}
			if killed := waitKillable(cancel, changed, in.Pid); killed {
				g.letGo(h)
				return fuse.EINTR
			}
		default:
			select {
			case <-time.After(rule.delay - time.Since(h.since)):
				g.letGo(h)
				return fuse.OK
			case <-changed:
			}
		}
		g.letGo(h)
	}
}

// match finds the rule that an operation meets, if any, and the channel that is closed when rules change. An operation
// that is held up by it counts as held from then on.
func (g *Gate) match(h *holding) (*Rule, <-chan struct{}) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, r := range slices.Backward(g.rules) {
		if r.applies(h.op) {
			if r.errno == 0 {
				g.held[h] = struct{}{}
			}
			return r, g.changed
		}
	}
	return nil, nil
}

func (g *Gate) letGo(h *holding) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.held, h)
}
