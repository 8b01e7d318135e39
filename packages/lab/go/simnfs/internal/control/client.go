package control

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// Directory is where the sockets of mounts are, unless a mount names its own.
const Directory = "/run/simnfs"

// Verbs that take no arguments. The others are those of gate.ParseRule.
const (
	verbHeal   = "heal"
	verbStatus = "status"
	verbCut    = "cut"
)

var simpleVerbs = []string{verbHeal, verbStatus, verbCut}

// everyMount stands for each socket in Directory.
const everyMount = "all"

// answerLimit is how long a daemon may take; none of its answers waits for a server.
const answerLimit = 5 * time.Second

// RefusedError is a daemon's word that a request is wrong.
type RefusedError struct {
	Reason string
}

func (e *RefusedError) Error() string { return e.Reason }

// Ask makes one request of the daemon behind a socket and returns the status of its mount afterwards.
// Errors: *RefusedError, and those of the socket; ECONNREFUSED when no daemon listens any more.
func Ask(socket string, words ...string) (Status, error) {
	conn, err := net.DialTimeout("unix", socket, answerLimit)
	if err != nil {
		return Status{}, err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(answerLimit)); err != nil {
		return Status{}, err
	}
	if _, err := fmt.Fprintln(conn, strings.Join(words, " ")); err != nil {
		return Status{}, err
	}
	var a answer
	if err := json.NewDecoder(bufio.NewReader(conn)).Decode(&a); err != nil {
		return Status{}, fmt.Errorf("%s: answer of the daemon: %w", socket, err)
	}
	if a.Error != "" || a.Status == nil {
		return Status{}, &RefusedError{Reason: a.Error}
	}
	return *a.Status, nil
}

// Main is the command `simnfs ctl`: args are SOCKET or all, a verb, its arguments, and --json anywhere. It returns the
// exit code: 0, or 1 with a message on stderr.
func Main(args []string, stdout, stderr io.Writer) int {
	asJSON := slices.Contains(args, "--json")
	args = slices.DeleteFunc(slices.Clone(args), func(a string) bool { return a == "--json" })
	if len(args) < 2 {
		fmt.Fprintln(stderr, "simnfs ctl: name a socket or all, and what to do: simnfs ctl SOCKET|all VERB…; simnfs --help has the verbs")
		return 1
	}
	target, words := args[0], args[1:]
	if target == everyMount {
		return askAll(words, asJSON, stdout, stderr)
	}
	s, err := Ask(target, words...)
	if err != nil {
		fmt.Fprintf(stderr, "simnfs ctl: %v\n", err)
		return 1
	}
	if asJSON {
		return printJSON(s, stdout, stderr)
	}
	show(s, words[0], stdout)
	return 0
}

// askAll makes one request of each daemon of this machine. A socket that nobody listens on was left by a daemon that
// was killed, and is passed over. A fault that meets no mount is an error: all would be well although it was asked for.
func askAll(words []string, asJSON bool, stdout, stderr io.Writer) int {
	sockets, err := filepath.Glob(filepath.Join(Directory, "*.sock"))
	if err != nil {
		fmt.Fprintf(stderr, "simnfs ctl: %v\n", err)
		return 1
	}
	code := 0
	all := []Status{}
	for _, socket := range sockets {
		s, err := Ask(socket, words...)
		switch {
		case errors.Is(err, syscall.ECONNREFUSED):
		case err != nil:
			fmt.Fprintf(stderr, "simnfs ctl: %s: %v\n", socket, err)
			code = 1
		default:
			all = append(all, s)
			if !asJSON {
				show(s, words[0], stdout)
			}
		}
	}
	if len(all) == 0 && code == 0 && words[0] != verbHeal && words[0] != verbStatus {
		fmt.Fprintf(stderr, "simnfs ctl: nothing is mounted here (no daemon listens in %s), so nothing was done\n", Directory)
		code = 1
	}
	if asJSON {
		return max(code, printJSON(all, stdout, stderr))
	}
	return code
}

// show prints the whole status if it was asked for, and else what is set now.
func show(s Status, verb string, stdout io.Writer) {
	if verb == verbStatus {
		s.print(stdout)
		return
	}
	fmt.Fprintf(stdout, "%s on %s: faults: %s\n", s.Source, s.Target, s.faults())
}

func printJSON(v any, stdout, stderr io.Writer) int {
	if err := json.NewEncoder(stdout).Encode(v); err != nil {
		fmt.Fprintf(stderr, "simnfs ctl: %v\n", err)
		return 1
	}
	return 0
}
