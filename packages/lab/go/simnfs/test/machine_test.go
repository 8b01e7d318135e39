package test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// machine is a set of namespaces (PIDs, mounts, network) with a shell as its first process. All its programs are started
// by that shell and not by this process: to start one, a process closes its copies of all files, which for a file on a
// mount of a dead server takes until that server is back.
type machine struct {
	shell *exec.Cmd
	stdin io.WriteCloser
	jobs  atomic.Int64
}

// jobsDir is where a machine keeps output and exit codes.
const jobsDir = "/run/jobs"

// startMachine makes a machine and runs a shell script in it. /run is its own. It must be called by the main thread: the
// machine, with every process and mount in it, goes when its parent thread does, even if other threads hang.
func startMachine(script string) (*machine, error) {
	const before = `
		mount --make-rprivate /
		mount -t proc proc /proc
		mount -t tmpfs tmpfs /run
		mkdir ` + jobsDir + `
		ip link set lo up
	`
	const after = `
		echo ready
		while read -r job; do sh "$job" & done
	`
	m := &machine{shell: exec.Command("sh", "-e", "-c", before+script+after)}
	m.shell.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWPID | syscall.CLONE_NEWNS | syscall.CLONE_NEWNET,
		Pdeathsig:  syscall.SIGKILL,
	}
	var complaints bytes.Buffer
	m.shell.Stderr = &complaints
	stdout, err := m.shell.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if m.stdin, err = m.shell.StdinPipe(); err != nil {
		return nil, err
	}
	if err := m.shell.Start(); err != nil {
		return nil, err
	}
	if word, _ := bufio.NewReader(stdout).ReadString('\n'); word != "ready\n" {
		m.end()
		return nil, fmt.Errorf("a machine for the tests: %s", complaints.String())
	}
	return m, nil
}

// pid is the shell's, outside.
func (m *machine) pid() int { return m.shell.Process.Pid }

// path is a file of the machine as this process sees it.
func (m *machine) path(name string) string { return fmt.Sprintf("/proc/%d/root%s", m.pid(), name) }

// end kills the machine's shell, and the kernel all the rest of it.
func (m *machine) end() {
	m.shell.Process.Kill()
	m.shell.Wait()
}

// job is a program that runs in a machine.
type job struct {
	machine *machine
	words   []string
	base    string // of its files
	err     error  // why it was not started
}

// start runs a program.
func (m *machine) start(words ...string) *job {
	j := &job{machine: m, words: words, base: filepath.Join(jobsDir, strconv.FormatInt(m.jobs.Add(1), 10))}
	var quoted []string
	for _, w := range words {
		quoted = append(quoted, "'"+strings.ReplaceAll(w, "'", `'\''`)+"'")
	}
	script := fmt.Sprintf("%s >%s.out 2>&1 </dev/null &\necho $! >%[2]s.pid\nwait $!\necho $? >%[2]s.code\n", strings.Join(quoted, " "), j.base)
	if j.err = os.WriteFile(m.path(j.base+".sh"), []byte(script), 0o600); j.err == nil {
		_, j.err = fmt.Fprintln(m.stdin, j.base+".sh")
	}
	return j
}

// number reads a number that the shell writes, if it is there yet.
func (j *job) number(of string) (int, bool) {
	text, _ := os.ReadFile(j.machine.path(j.base + of))
	line, whole := strings.CutSuffix(string(text), "\n")
	n, err := strconv.Atoi(line)
	return n, whole && err == nil
}

// exitError is the end of a program with another exit code than 0.
type exitError struct {
	code int
	text string
}

func (e *exitError) Error() string { return e.text }

// wait waits for the program's end and returns its output. Errors: *exitError, and one that says that it still runs.
func (j *job) wait(limit time.Duration) (string, error) {
	if j.err != nil {
		return "", j.err
	}
	what := strings.Join(j.words, " ")
	for deadline := time.Now().Add(limit); ; time.Sleep(2 * time.Millisecond) {
		code, ended := j.number(".code")
		out, err := os.ReadFile(j.machine.path(j.base + ".out"))
		switch {
		case ended && err != nil:
			return "", err
		case ended && code == 0:
			return string(out), nil
		case ended:
			return string(out), &exitError{code, fmt.Sprintf("%s: exit code %d: %s", what, code, out)}
		case time.Now().After(deadline):
			return string(out), fmt.Errorf("%s: still runs after %v: %s", what, limit, out)
		}
	}
}

// signal sends a signal, such as KILL, to the program.
func (j *job) signal(name string) error {
	pid, ok := j.number(".pid")
	if !ok {
		return fmt.Errorf("%s: not started yet", strings.Join(j.words, " "))
	}
	_, err := j.machine.output("kill", "-"+name, strconv.Itoa(pid))
	return err
}

// output runs a program to its end and returns its output. Errors: *exitError, and one that says that it takes too long.
func (m *machine) output(words ...string) (string, error) {
	return m.start(words...).wait(30 * time.Second)
}
