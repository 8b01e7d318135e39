// Package test runs simnfs as the lab does: in machines of their own (network and mount namespaces), called by
// mount(8) as /sbin/mount.nfs, against a real nfs-ganesha.
package test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
)

// The machines of all tests. Each node has its own link to the NAS.
var (
	storage      *nas
	nodeA, nodeB *node
)

func init() {
	runtime.LockOSThread() // of the main thread, which the machines' lives hang on
}

func TestMain(m *testing.M) {
	code, err := runTests(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func runTests(m *testing.M) (code int, err error) {
	if err := checkMachine(); err != nil {
		return 1, err
	}
	dir, err := os.MkdirTemp("", "simnfs-test-")
	if err != nil {
		return 1, err
	}
	defer os.RemoveAll(dir)
	program := filepath.Join(dir, "simnfs")
	build := exec.Command("go", "build", "-o", program, "..")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return 1, fmt.Errorf("go build: %w\n%s", err, out)
	}
	if storage, err = startNAS(filepath.Join(dir, "nas")); err != nil {
		return 1, err
	}
	defer storage.end()
	if nodeA, err = startNode(storage, 1, program); err != nil {
		return 1, err
	}
	defer nodeA.end()
	if nodeB, err = startNode(storage, 2, program); err != nil {
		return 1, err
	}
	defer nodeB.end()
	return m.Run(), nil
}

// checkMachine names all that is missing for these tests at once.
func checkMachine() error {
	var missing []string
	if os.Geteuid() != 0 {
		missing = append(missing, "root (namespaces and mounts are made): sudo go test ./...")
	}
	if _, err := os.Stat("/dev/fuse"); err != nil {
		missing = append(missing, "/dev/fuse: modprobe fuse, and in a container --device /dev/fuse")
	}
	for program, debian := range map[string]string{
		"ganesha.nfsd": "nfs-ganesha nfs-ganesha-vfs",
		"rpcbind":      "rpcbind netbase",
		"ip":           "iproute2",
		"setpriv":      "util-linux",
	} {
		if _, err := exec.LookPath(program); err != nil {
			missing = append(missing, fmt.Sprintf("%s: apt-get install --no-install-recommends %s", program, debian))
		}
	}
	if len(missing) == 0 {
		return nil
	}
	text := "the tests of simnfs need a real server and real mounts; missing here:"
	for _, m := range missing {
		text += "\n  " + m
	}
	return fmt.Errorf("%s", text)
}
