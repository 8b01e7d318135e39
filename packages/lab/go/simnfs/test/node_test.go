package test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"bluecore.internal/lab/simnfs/internal/control"
)

// node is a machine with simnfs as its /sbin/mount.nfs and a link of its own to the NAS.
type node struct {
	*machine
	address, nas string // of both ends of the link
	link         string // device of the NAS
	program      string // simnfs
	mounts       int
}

// startNode makes node number n of a NAS.
func startNode(storage *nas, n int, program string) (*node, error) {
	// mount(8) looks for helpers in /sbin alone, so that gets a layer with ours.
	m, err := startMachine(fmt.Sprintf(`
		mkdir /run/sbin
		mount -t tmpfs tmpfs /run/sbin
		mkdir /run/sbin/upper /run/sbin/work
		ln -s %s /run/sbin/upper/mount.nfs
		mount -t overlay -o lowerdir=/usr/sbin,upperdir=/run/sbin/upper,workdir=/run/sbin/work overlay /usr/sbin
		mkdir /run/fuse
		mount -t fusectl fusectl /run/fuse`, program))
	if err != nil {
		return nil, err
	}
	node := &node{machine: m, program: program, address: fmt.Sprintf("10.99.%d.2", n), nas: fmt.Sprintf("10.99.%d.1", n)}
	node.link = fmt.Sprintf("node%d", n)
	add := exec.Command("ip", "link", "add", "nas", "netns", fmt.Sprint(m.pid()),
		"type", "veth", "peer", "name", node.link, "netns", fmt.Sprint(storage.pid()))
	if out, err := add.CombinedOutput(); err != nil {
		m.end()
		return nil, fmt.Errorf("%s: %w, %s", add, err, out)
	}
	for _, end := range []struct {
		machine         *machine
		address, device string
	}{{m, node.address, "nas"}, {storage.machine, node.nas, node.link}} {
		_, err := end.machine.output("sh", "-ec", fmt.Sprintf("ip addr add %s/24 dev %s; ip link set %[2]s up", end.address, end.device))
		if err != nil {
			m.end()
			return nil, err
		}
	}
	return node, nil
}

// mounted is a mount of a node.
type mounted struct {
	node   *node
	dir    string // in the node
	socket string
}

// mountOptions are those of the chart's volumes.
const mountOptions = "hard,nfsvers=3,proto=tcp"

// mount mounts an export with more options, none as "". At the end of the test it is unmounted, whatever state it is in.
func (n *node) mount(t *testing.T, export, options string) *mounted {
	t.Helper()
	n.mounts++
	m := &mounted{node: n, dir: fmt.Sprintf("/run/volume-%d", n.mounts)}
	if err := os.Mkdir(n.path(m.dir), 0o755); err != nil {
		t.Fatal(err)
	}
	all := strings.TrimSuffix(mountOptions+","+options, ",")
	if _, err := n.output("mount", "-t", "nfs", "-o", all, n.nas+":"+storage.export(export), m.dir); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.unmount(t) })
	for _, s := range n.statuses(t) {
		if s.Target == m.dir {
			m.socket = s.Socket
		}
	}
	return m
}

// statuses are those of all mounts of the node.
func (n *node) statuses(t *testing.T) []control.Status {
	t.Helper()
	return decode[[]control.Status](t, n.simnfs(t, "ctl", "all", "status", "--json"))
}

// simnfs runs the program under its own name.
func (n *node) simnfs(t *testing.T, args ...string) string {
	t.Helper()
	return got(n.output(append([]string{n.program}, args...)...))(t)
}

func decode[T any](t *testing.T, text string) (v T) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return v
}

// ctl sets a fault until the end of the test, or asks with "status", and returns the mount's status.
func (m *mounted) ctl(t *testing.T, words ...string) control.Status {
	t.Helper()
	if words[0] != "status" { // files opened before can be closed only after the heal
		t.Cleanup(func() { control.Ask(m.node.path(m.socket), "heal") })
	}
	return got(control.Ask(m.node.path(m.socket), words...))(t)
}

// path is a file of the mount as this process sees it.
func (m *mounted) path(name string) string { return filepath.Join(m.node.path(m.dir), name) }

// mountinfo is the line of /proc/PID/mountinfo for a folder of the node, or "".
func (n *node) mountinfo(t *testing.T, dir string) string {
	t.Helper()
	for line := range strings.Lines(string(got(os.ReadFile(n.path("/proc/1/mountinfo")))(t))) {
		if strings.Fields(line)[4] == dir {
			return line
		}
	}
	return ""
}

// unmount ends the mount. What still hangs is aborted: a failed test must not leave a process that nothing can kill.
func (m *mounted) unmount(t *testing.T) {
	info := m.node.mountinfo(t, m.dir)
	if info == "" {
		return // by the test itself
	}
	_, err := m.node.start("umount", m.dir).wait(20 * time.Second)
	if err == nil {
		return
	}
	t.Errorf("unmounting %s by force: %v", m.dir, err)
	connection := strings.TrimPrefix(strings.Fields(info)[2], "0:") // of FUSE, the minor number of the device
	must(t, os.WriteFile(m.node.path("/run/fuse/"+connection+"/abort"), []byte("1"), 0o200))
	if m.node.mountinfo(t, m.dir) != "" { // the umount above may have been freed by that
		got(m.node.output("umount", "-l", m.dir))(t)
	}
}

// as is a command that runs as another user. Groups are numbers with commas between them, or "".
func as(uid int, groups string, words ...string) []string {
	id := fmt.Sprint(uid)
	set := []string{"setpriv", "--reuid", id, "--regid", id}
	if groups == "" {
		set = append(set, "--clear-groups")
	} else {
		set = append(set, "--groups", groups)
	}
	return append(set, words...)
}
