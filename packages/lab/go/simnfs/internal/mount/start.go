package mount

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

// readyWord is what a daemon tells its starter once the mount is there; anything else is why it is not.
const readyWord = "ready"

// readyFD is the daemon's end of the pipe to its starter: the first of exec.Cmd's ExtraFiles.
const readyFD = 3

// StartDaemon runs this program again as `simnfs serve ARGS` in a session of its own, and returns once the mount can be
// used. The daemon's messages go to a file beside its socket.
func StartDaemon(r *Request, args []string) error {
	logPath := strings.TrimSuffix(r.Socket, ".sock") + ".log"
	if err := os.MkdirAll(filepath.Dir(logPath), 0o755); err != nil {
		return err
	}
	logFile, err := os.OpenFile(logPath, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer logFile.Close()
	program, err := os.Executable()
	if err != nil {
		return err
	}
	word, daemonEnd, err := os.Pipe()
	if err != nil {
		return err
	}
	defer word.Close()
	daemon := exec.Command(program, append([]string{"serve"}, args...)...)
	daemon.Stdout, daemon.Stderr = logFile, logFile
	daemon.ExtraFiles = []*os.File{daemonEnd}
	daemon.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	err = daemon.Start()
	daemonEnd.Close()
	if err != nil {
		return err
	}
	answer, err := io.ReadAll(word)
	switch {
	case err != nil:
		return err
	case len(answer) == 0:
		return fmt.Errorf("the daemon ended without a word; its last ones may be in %s", logPath)
	case string(answer) != readyWord:
		return fmt.Errorf("%s", answer)
	}
	return nil
}

// ServeDaemon is Serve in the process that StartDaemon starts.
func ServeDaemon(r *Request) error {
	starter := os.NewFile(readyFD, "starter")
	if err := os.Chdir("/"); err != nil { // holds no other file system
		return err
	}
	told := false
	err := Serve(r, func() error {
		told = true
		if _, err := starter.WriteString(readyWord); err != nil {
			return fmt.Errorf("whoever wanted the mount is gone: %w", err)
		}
		return starter.Close()
	})
	if err != nil && !told {
		starter.WriteString(err.Error()) // the exit code says it, too
	}
	return err
}
