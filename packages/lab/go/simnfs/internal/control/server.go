package control

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"slices"
	"strings"

	"bluecore.internal/lab/simnfs/internal/gate"
	"bluecore.internal/lab/simnfs/internal/nfsfs"
	"bluecore.internal/lab/simnfs/internal/sunrpc"
)

// Mount is what faults are set on: a mount's parts, and the names it is shown under.
type Mount struct {
	Source, Target, Socket string
	Killable               bool
	Gate                   *gate.Gate
	FS                     *nfsfs.FS
	RPC                    *sunrpc.Client
}

// Listen makes the mount's socket, in place of one that an earlier daemon left, and answers requests until the process
// ends or the listener is closed.
func (m *Mount) Listen() (net.Listener, error) {
	if err := os.Remove(m.Socket); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	l, err := net.Listen("unix", m.Socket)
	if err != nil {
		return nil, err
	}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go m.serve(conn)
		}
	}()
	return l, nil
}

func (m *Mount) serve(conn net.Conn) {
	defer conn.Close()
	requests := bufio.NewScanner(conn)
	answers := json.NewEncoder(conn)
	for requests.Scan() {
		var a answer
		if err := m.do(strings.Fields(requests.Text())); err != nil {
			a.Error = err.Error()
		} else {
			s := m.status()
			a.Status = &s
		}
		if answers.Encode(a) != nil {
			return
		}
	}
}

// do carries out a verb and its arguments.
func (m *Mount) do(words []string) error {
	verb := ""
	if len(words) > 0 {
		verb = words[0]
	}
	if slices.Contains(simpleVerbs, verb) && len(words) > 1 {
		return fmt.Errorf("%s takes nothing behind it, got %q", verb, strings.Join(words[1:], " "))
	}
	switch verb {
	case verbStatus:
	case verbHeal:
		m.Gate.Heal()
		m.RPC.SetCut(false)
	case verbCut:
		m.RPC.SetCut(true)
	default:
		r, err := gate.ParseRule(words)
		if err != nil {
			return err
		}
		m.Gate.Add(r)
	}
	return nil
}

func (m *Mount) status() Status {
	calls := m.RPC.Stats()
	return Status{
		Source:   m.Source,
		Target:   m.Target,
		Socket:   m.Socket,
		PID:      os.Getpid(),
		Killable: m.Killable,
		Cut:      m.RPC.Cut(),
		Status:   m.Gate.Status(),
		Calls:    Calls{Waiting: calls.Waiting, OldestMs: calls.Oldest.Milliseconds(), Resent: calls.Resent},
		Writes:   m.FS.Writes(),
	}
}
