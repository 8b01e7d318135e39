package test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// nas is a machine with rpcbind and nfs-ganesha and three exports below its directory: open (root is root), squashed
// (root is nobody), and small (root is root, 8 MiB).
type nas struct {
	*machine
	dir     string
	rpcbind *job
	ganesha *job // nil while the server is down
	starts  int
	started time.Time
}

// Ports of the server besides the port mapper's.
const (
	nfsPort    = 2049
	mountdPort = 20048
)

const ganeshaConf = `
NFS_CORE_PARAM {
	Protocols = 3;
	NFS_Port = %d;
	MNT_Port = %d;
	Enable_NLM = false;
	Enable_RQUOTA = false;
	Plugins_Dir = %s;
}
`

const ganeshaExport = `
EXPORT {
	Export_Id = %d;
	Path = %s;
	Pseudo = /%[1]d;
	Access_Type = RW;
	Squash = %[3]s;
	SecType = sys;
	Protocols = 3;
	Transports = TCP;
	Disable_ACL = true;
	FSAL { Name = VFS; }
}
`

func startNAS(dir string) (*nas, error) {
	n := &nas{dir: dir}
	conf := fmt.Sprintf(ganeshaConf, nfsPort, mountdPort, ganeshaPlugins())
	for i, export := range []struct{ name, squash string }{
		{"open", "No_Root_Squash"}, {"squashed", "Root_Squash"}, {"small", "No_Root_Squash"},
	} {
		path := filepath.Join(dir, export.name)
		if err := os.MkdirAll(path, 0o755); err != nil {
			return nil, err
		}
		conf += fmt.Sprintf(ganeshaExport, i+1, path, export.squash)
	}
	if err := os.WriteFile(filepath.Join(dir, "ganesha.conf"), []byte(conf), 0o644); err != nil {
		return nil, err
	}
	var err error
	n.machine, err = startMachine(fmt.Sprintf(`
		mkdir /run/ganesha
		mount -t tmpfs tmpfs /var/lib/nfs
		mkdir /var/lib/nfs/ganesha
		mount -t tmpfs -o size=8m tmpfs %s/small`, dir))
	if err != nil {
		return nil, err
	}
	n.rpcbind = n.start("rpcbind", "-w", "-f")
	if err := n.waitFor("port mapper", func() bool { _, err := n.output("rpcinfo", "-p", "127.0.0.1"); return err == nil }); err != nil {
		n.end()
		return nil, err
	}
	if err := n.startServer(); err != nil {
		n.end()
		return nil, err
	}
	return n, nil
}

// ganeshaPlugins is the folder of the installed nfs-ganesha's file systems.
func ganeshaPlugins() string {
	found, _ := filepath.Glob("/usr/lib/*/ganesha/libfsalvfs.so")
	return filepath.Dir(strings.Join(append(found, "/usr/lib/ganesha/libfsalvfs.so")[:1], ""))
}

func (n *nas) waitFor(what string, ready func() bool) error {
	const limit = 30 * time.Second
	for deadline := time.Now().Add(limit); !ready(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			return fmt.Errorf("the NAS: no %s within %v", what, limit)
		}
	}
	return nil
}

// startServer starts nfs-ganesha and waits until it serves.
func (n *nas) startServer() error {
	n.starts++
	n.started = time.Now()
	log := filepath.Join(n.dir, fmt.Sprintf("ganesha-%d.log", n.starts))
	n.ganesha = n.start("ganesha.nfsd", "-F", "-f", filepath.Join(n.dir, "ganesha.conf"), "-L", log,
		"-p", "/run/ganesha.pid", "-N", "NIV_EVENT")
	err := n.waitFor("NFS server", func() bool {
		text, _ := os.ReadFile(log)
		return strings.Contains(string(text), "NFS SERVER INITIALIZED")
	})
	if err != nil {
		text, _ := os.ReadFile(log)
		return fmt.Errorf("%w\n%s", err, text)
	}
	return nil
}

// crash kills the server as it stands. If the test does not start it again, its end does.
func (n *nas) crash(t *testing.T) {
	t.Helper()
	t.Cleanup(func() {
		if n.ganesha == nil {
			n.restart(t)
		}
	})
	must(t, n.ganesha.signal("KILL"))
	if _, err := n.ganesha.wait(10 * time.Second); exitCode(err) != 128+9 {
		t.Fatalf("the server does not die: %v", err)
	}
	n.ganesha = nil
}

// restart starts the server again after a crash. It waits for the next second if need be: nfs-ganesha's write verifier is
// the second of its start, so two starts in one second look like one to every client.
func (n *nas) restart(t *testing.T) {
	t.Helper()
	eventually(t, 2*time.Second, "a new second", func() bool { return time.Now().Unix() > n.started.Unix()+1 })
	must(t, n.startServer())
}

// export is the path of an export on the server, which is what is mounted.
func (n *nas) export(name string) string { return filepath.Join(n.dir, name) }

// file is a file of an export as the server's own disk has it.
func (n *nas) file(export, name string) string { return n.path(filepath.Join(n.dir, export, name)) }
