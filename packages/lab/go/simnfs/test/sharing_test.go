package test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

func TestWhatIsClosedOnOneNodeIsSeenAtTheNextOpenOnAnother(t *testing.T) {
	a, b := nodeA.mount(t, "open", ""), nodeB.mount(t, "open", "")
	name := folder(t, a) + "/shared"
	for i := range 20 {
		want := []byte(fmt.Sprintf("version %02d", i))
		if i%5 == 4 {
			want = append(want, " is longer"...)
		}
		must(t, os.WriteFile(a.path(name), want, 0o644))
		// Opening must be enough: os.ReadFile would ask for the attributes, too. What is read stays in the node's cache.
		f := got(os.Open(b.path(name)))(t)
		have := make([]byte, 100)
		n, _ := f.Read(have)
		must(t, f.Close())
		if string(have[:n]) != string(want) {
			t.Fatalf("opened after the close, read %q, want %q", have[:n], want)
		}
	}
}

func TestOneOfTwoNodesCreatesAFile(t *testing.T) {
	a, b := nodeA.mount(t, "open", ""), nodeB.mount(t, "open", "")
	dir := folder(t, a)
	got(os.Stat(b.path(dir)))(t)
	for i := range 50 {
		name := fmt.Sprintf("%s/race-%d", dir, i)
		start := make(chan struct{})
		results := make(chan error, 2)
		for _, m := range []*mounted{a, b} {
			go func() {
				<-start
				f, err := os.OpenFile(m.path(name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o604)
				if err == nil {
					err = f.Close()
				}
				results <- err
			}()
		}
		close(start)
		first, second := <-results, <-results
		if (first == nil) == (second == nil) || first != nil && !errors.Is(first, syscall.EEXIST) || second != nil && !errors.Is(second, syscall.EEXIST) {
			t.Fatalf("round %d: %v and %v, want one winner and one EEXIST", i, first, second)
		}
		if mode := got(os.Stat(storage.file("open", name)))(t).Mode(); mode != 0o604 {
			t.Fatalf("round %d: mode %v", i, mode)
		}
	}
}

// sillyNames are the .nfs… files in a folder on the server.
func sillyNames(t *testing.T, dir string) []string {
	t.Helper()
	return got(filepath.Glob(storage.file("open", dir+"/.nfs*")))(t)
}

func TestAFileUnlinkedWhileOpenStaysUntilItsLastClose(t *testing.T) {
	m := nodeA.mount(t, "open", "")
	for name, remove := range map[string]func(path string) error{
		"unlinked": os.Remove,
		"renamed over": func(path string) error {
			if err := os.WriteFile(path+".new", []byte("new"), 0o600); err != nil {
				return err
			}
			return os.Rename(path+".new", path)
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := folder(t, m)
			path := m.path(dir + "/file")
			must(t, os.WriteFile(path, []byte("before"), 0o600))
			first, second := open(t, path, os.O_RDWR), open(t, path, os.O_RDONLY)
			must(t, remove(path))
			if names := sillyNames(t, dir); len(names) != 1 {
				t.Fatalf("silly names on the server: %q, want one", names)
			}
			got(first.WriteAt([]byte("after!"), 0))(t)
			must(t, first.Close())
			buf := make([]byte, 16)
			if n, _ := second.ReadAt(buf, 0); string(buf[:n]) != "after!" {
				t.Errorf("read %q from the file that is gone", buf[:n])
			}
			must(t, second.Close())
			eventually(t, 5*time.Second, "the silly name is removed", func() bool { return len(sillyNames(t, dir)) == 0 })
		})
	}
}

func TestAFileRemovedOnAnotherNodeIsStale(t *testing.T) {
	a, b := nodeA.mount(t, "open", "noac"), nodeB.mount(t, "open", "")
	name := folder(t, a) + "/file"
	must(t, os.WriteFile(a.path(name), make([]byte, 100_000), 0o600))
	f := open(t, a.path(name), os.O_RDWR)
	must(t, os.Remove(b.path(name)))
	if _, err := f.Stat(); !errors.Is(err, syscall.ESTALE) {
		t.Errorf("stat: %v, want ESTALE", err)
	}
	if _, err := f.WriteAt([]byte("lost"), 0); err != nil {
		t.Errorf("write: %v; it cannot know yet", err)
	}
	if err := f.Sync(); !errors.Is(err, syscall.ESTALE) {
		t.Errorf("fsync: %v, want ESTALE", err)
	}
}

func TestGroupsOfTheCallerCount(t *testing.T) {
	m := nodeA.mount(t, "open", "")
	name := folder(t, m) + "/secret"
	must(t, os.WriteFile(m.path(name), []byte("for the group"), 0o640))
	must(t, os.Chown(m.path(name), 0, 4242))
	for groups, want := range map[string]string{"17,4242": "for the group", "17": "Permission denied", "": "Permission denied"} {
		out, _ := nodeA.output(as(1001, groups, "cat", m.dir+"/"+name)...)
		if !strings.Contains(string(out), want) {
			t.Errorf("with groups %q: %s, want %s", groups, out, want)
		}
	}
}

func TestRootIsNobodyOnASquashedExport(t *testing.T) {
	must(t, os.Chmod(storage.file("squashed", ""), 0o700))
	must(t, os.Chown(storage.file("squashed", ""), 1001, 1001))
	m := nodeA.mount(t, "squashed", "noac")
	if err := os.WriteFile(m.path("by-root"), nil, 0o600); !errors.Is(err, syscall.EACCES) {
		t.Errorf("root creates a file: %v, want EACCES", err)
	}
	if out, err := nodeA.output(as(1001, "", "sh", "-c", "echo mine > "+m.dir+"/file && chmod 640 "+m.dir+"/file")...); err != nil {
		t.Fatalf("the owner writes: %v, %s", err, out)
	}
	mustHave(t, storage.file("squashed", "file"), []byte("mine\n"))
	if out, err := nodeA.output(as(1001, "", "chown", "1002", m.dir+"/file")...); err == nil || !strings.Contains(string(out), "not permitted") {
		t.Errorf("the owner gives the file away: %v, %s", err, out)
	}
	must(t, os.Chmod(storage.file("squashed", ""), 0o711))
	if _, err := os.ReadFile(m.path("file")); !errors.Is(err, syscall.EACCES) {
		t.Errorf("root reads a file of mode 640: %v, want EACCES", err)
	}
	if err := os.Chown(m.path("file"), 0, 0); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("root takes the file: %v, want EPERM or EACCES", err)
	}
}

// TestAWriterWhoLostHisFileIsRefusedByTheServer is how a volume is fenced: the file goes to another user, and what the
// old one still has on its way no longer lands.
func TestAWriterWhoLostHisFileIsRefusedByTheServer(t *testing.T) {
	a, b := nodeA.mount(t, "open", ""), nodeB.mount(t, "open", "")
	name := folder(t, a) + "/table"
	must(t, os.WriteFile(a.path(name), []byte("page"), 0o644))
	must(t, os.Chown(a.path(name), 1001, 1001))
	flags := t.TempDir()
	must(t, os.Chmod(filepath.Dir(flags), 0o777))
	must(t, os.Chmod(flags, 0o777))
	writer := nodeA.start(as(1001, "", "sh", "-c", `
		exec 3<>"$1" 4<"$1" 5<"$1"
		head -c 4 <&5 # caches the page
		touch "$2/opened"
		until [ -e "$2/taken" ]; do sleep 0.05; done
		printf late >&3 && printf ' written '
		exec 3>&- # waits for the write
		sleep 0.3
		head -c 4 <&4`, "sh", a.dir+"/"+name, flags)...)
	eventually(t, 10*time.Second, "the writer opens the file", func() bool { _, err := os.Stat(flags + "/opened"); return err == nil })
	must(t, os.Chown(b.path(name), 20001, 20001))
	must(t, os.WriteFile(flags+"/taken", nil, 0o600))
	if out, err := writer.wait(10 * time.Second); err != nil || out != "page written page" {
		t.Errorf("the old writer: %v, %q; its write is to go well at first, and what it reads is to be the server's", err, out)
	}
	mustHave(t, storage.file("open", name), []byte("page"))
}

func TestManyWritersOfOneFileKeepTheirPieces(t *testing.T) {
	m := nodeA.mount(t, "open", "")
	name := folder(t, m) + "/pieces"
	const writers, rounds, piece = 8, 40, 1000
	f := create(t, m.path(name))
	want := make([]byte, writers*rounds*piece)
	var failed atomic.Value
	done := make(chan struct{})
	for w := range writers {
		go func() {
			defer func() { done <- struct{}{} }()
			for r := range rounds {
				at := (r*writers + w) * piece // neighbours share pages
				for i := range piece {
					want[at+i] = byte(w + r)
				}
				if _, err := f.WriteAt(want[at:at+piece], int64(at)); err != nil {
					failed.Store(err)
				}
				if r%8 == w {
					if err := f.Sync(); err != nil {
						failed.Store(err)
					}
				}
			}
		}()
	}
	for range writers {
		<-done
	}
	if err := failed.Load(); err != nil {
		t.Fatal(err)
	}
	must(t, f.Sync())
	mustHave(t, storage.file("open", name), want)
	mustHave(t, m.path(name), want)
}
