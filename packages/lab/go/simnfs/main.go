// Command simnfs is an NFSv3 client in user space, a stand-in for Linux's own in places where the kernel has none: the
// machines of the lab, which are containers. Installed as /sbin/mount.nfs it is what mount(8) and kubelet call; faults
// can be set on its mounts while they are in use. See README.md.
package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"bluecore.internal/lab/simnfs/internal/control"
	"bluecore.internal/lab/simnfs/internal/mount"
)

// Exit codes of mount(8).
const (
	exitUsage = 1
	exitMount = 32
)

func main() {
	os.Exit(run(os.Args, os.Stdout, os.Stderr))
}

// run is the program; args start with the name that it was called by. It returns the exit code.
func run(args []string, stdout, stderr io.Writer) int {
	name, rest := filepath.Base(args[0]), args[1:]
	if strings.HasPrefix(name, "mount.") {
		return mountMain(name, rest, stdout, stderr)
	}
	if len(rest) == 0 {
		fmt.Fprint(stderr, help)
		return exitUsage
	}
	switch verb, rest := rest[0], rest[1:]; verb {
	case "mount":
		return mountMain("simnfs mount", rest, stdout, stderr)
	case "serve":
		return serveMain(rest, stderr)
	case "ctl":
		return control.Main(rest, stdout, stderr)
	case "help", "--help", "-h":
		fmt.Fprint(stdout, help)
		return 0
	default:
		fmt.Fprintf(stderr, "simnfs: unknown command %q: use mount, ctl or help\n", verb)
		return exitUsage
	}
}

// mountMain is `simnfs mount` and mount.nfs.
func mountMain(name string, args []string, stdout, stderr io.Writer) int {
	switch {
	case slices.Contains(args, "-h"), slices.Contains(args, "--help"):
		fmt.Fprint(stdout, help)
		return 0
	case slices.Contains(args, "-V"):
		fmt.Fprintf(stdout, "%s: simnfs, %s\n", name, whatItIs)
		return 0
	}
	request, err := mount.Parse(args)
	if err != nil {
		return complain(stderr, name, err, exitUsage)
	}
	if request.Fake {
		return 0
	}
	if err := mount.StartDaemon(request, args); err != nil {
		return complain(stderr, name, fmt.Errorf("%s on %s: %w", request.Source, request.Target, err), exitMount)
	}
	return 0
}

// serveMain is the daemon, which mountMain starts.
func serveMain(args []string, stderr io.Writer) int {
	request, err := mount.Parse(args)
	if err != nil {
		return complain(stderr, "simnfs serve", err, exitUsage)
	}
	if err := mount.ServeDaemon(request); err != nil {
		return complain(stderr, "simnfs serve", err, exitMount)
	}
	return 0
}

// complain prints an error, each of its lines under the program's name.
func complain(stderr io.Writer, name string, err error, code int) int {
	for line := range strings.Lines(err.Error()) {
		fmt.Fprintf(stderr, "%s: %s\n", name, strings.TrimSuffix(line, "\n"))
	}
	return code
}
