package nfsfs

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/hanwen/go-fuse/v2/fuse"

	"bluecore.internal/lab/simnfs/internal/sunrpc"
)

const (
	groupsTrustedFor = 5 * time.Second
	groupsRemembered = 1024 // callers
)

// groupCache remembers the supplementary groups of callers, which FUSE does not hand over. The zero value is empty.
type groupCache struct {
	mu    sync.Mutex
	known map[caller]knownGroups
}

type caller struct {
	thread, uid, gid uint32
}

type knownGroups struct {
	groups []uint32
	read   time.Time
}

// credentials are those of the thread that makes a request.
func (f *FS) credentials(h *fuse.InHeader) sunrpc.Credentials {
	return sunrpc.Credentials{UID: h.Uid, GID: h.Gid, Groups: f.groups.of(caller{h.Pid, h.Uid, h.Gid})}
}

func (g *groupCache) of(c caller) []uint32 {
	g.mu.Lock()
	defer g.mu.Unlock()
	if k, ok := g.known[c]; ok && time.Since(k.read) < groupsTrustedFor {
		return k.groups
	}
	if g.known == nil || len(g.known) >= groupsRemembered {
		g.known = map[caller]knownGroups{}
	}
	k := knownGroups{groups: groupsOf(c.thread), read: time.Now()}
	g.known[c] = k
	return k.groups
}

// groupsOf reads a thread's supplementary groups; none of one that has ended, or that this PID namespace does not see.
func groupsOf(thread uint32) []uint32 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", thread))
	if err != nil {
		return nil
	}
	_, line, _ := strings.Cut(string(text), "\nGroups:")
	line, _, _ = strings.Cut(line, "\n")
	var groups []uint32
	for _, field := range strings.Fields(line) {
		if id, err := strconv.ParseUint(field, 10, 32); err == nil {
			groups = append(groups, uint32(id))
		}
	}
	return groups
}
