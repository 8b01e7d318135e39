// Package mount is the command mount.nfs: it reads what mount(8) hands over, connects to the server and leaves a daemon
// behind that serves the mount.
package mount

import (
	"fmt"
	"hash/crc32"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"bluecore.internal/lab/simnfs/internal/control"
)

// Request is a mount that was asked for.
type Request struct {
	Source, Host, Path string // Source is Host:Path, Host without brackets
	Target             string // absolute
	Port, MountPort    int    // of the server's nfs and mount programs; 0: ask its port mapper
	ReadOnly, NoExec   bool
	Sync               bool          // each write waits until it is stored
	AttrCache          time.Duration // how long attributes and names are trusted
	Killable           bool          // SIGKILL ends a process that a fault holds up
	Socket             string        // where faults are set
	Fake               bool          // mount(8) -f: check all, mount nothing
}

// defaultAttrCache is where Linux begins (acregmin in nfs(5)); it then trusts unchanged attributes for longer and longer.
const defaultAttrCache = 3 * time.Second

// UsageError lists all that is wrong with the arguments.
type UsageError struct {
	Problems []string
}

func (e *UsageError) Error() string { return strings.Join(e.Problems, "\n") }

// parser collects a Request and what is wrong with it.
type parser struct {
	request  Request
	sloppy   bool
	problems []string
}

func (p *parser) problem(format string, args ...any) {
	p.problems = append(p.problems, fmt.Sprintf(format, args...))
}

// Parse reads the arguments of mount.nfs(8): SOURCE TARGET [-rwsfnv] [-o OPTIONS]. Errors: *UsageError.
func Parse(args []string) (*Request, error) {
	p := &parser{request: Request{AttrCache: defaultAttrCache}}
	var names, options []string
	for len(args) > 0 {
		arg := args[0]
		args = args[1:]
		switch {
		case arg == "-o" && len(args) == 0:
			p.problem("-o needs options behind it")
		case arg == "-o":
			options = append(options, args[0])
			args = args[1:]
		case strings.HasPrefix(arg, "-o"):
			options = append(options, arg[2:])
		case len(arg) > 1 && arg[0] == '-':
			p.flags(arg[1:])
		default:
			names = append(names, arg)
		}
	}
	for option := range strings.SplitSeq(strings.Join(options, ","), ",") {
		key, value, _ := strings.Cut(option, "=")
		p.option(key, value)
	}
	p.names(names)
	if len(p.problems) > 0 {
		return nil, &UsageError{Problems: p.problems}
	}
	return &p.request, nil
}

// flags reads flags written together, those that mount(8) may give a helper.
func (p *parser) flags(letters string) {
	for _, letter := range letters {
		switch letter {
		case 'r':
			p.request.ReadOnly = true
		case 'w':
			p.request.ReadOnly = false
		case 's':
			p.sloppy = true
		case 'f':
			p.request.Fake = true
		case 'n', 'v': // no mtab is kept, and there is no more to say
		default:
			p.problem("unknown flag -%c: mount.nfs takes -r -w -s -f -n -v and -o", letter)
		}
	}
}

func (p *parser) names(names []string) {
	if len(names) != 2 {
		p.problem("give SERVER:/PATH and a directory to mount it on; got %q", names)
		return
	}
	r := &p.request
	r.Source = names[0]
	host, path, ok := strings.Cut(names[0], ":/")
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	if !ok || host == "" {
		p.problem("the source %q must be SERVER:/PATH, with an IPv6 address in brackets", names[0])
	}
	r.Host, r.Path = host, filepath.Clean("/"+path)
	r.Target = p.absolute(names[1])
	if r.Socket == "" {
		r.Socket = defaultSocket(r.Target)
	}
	r.Socket = p.absolute(r.Socket)
	if len(r.Socket) > maxSocketPath {
		p.problem("simnfs_ctl=%s is too long: a unix socket's path has at most %d bytes", r.Socket, maxSocketPath)
	}
}

func (p *parser) absolute(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		p.problem("%s: %v", path, err)
	}
	return abs
}

// maxSocketPath is what fits into sockaddr_un (unix(7)).
const maxSocketPath = 107

// defaultSocket names a mount's socket after its target, but briefly: those that kubelet mounts on are longer than a
// socket's path may be, and end with the volume's name.
func defaultSocket(target string) string {
	name := filepath.Base(target)
	return filepath.Join(control.Directory, fmt.Sprintf("%08x-%.48s.sock", crc32.ChecksumIEEE([]byte(target)), name))
}

func (p *parser) number(key, value string, least, most int) int {
	n, err := strconv.Atoi(value)
	if err != nil || n < least || n > most {
		p.problem("%s=%s: give a number from %d to %d", key, value, least, most)
	}
	return n
}
