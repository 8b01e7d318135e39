// hyperkube is a multicall binary: Kubernetes, etcd, flannel, CoreDNS and the lab's NetworkPolicy controller. One build
// compiles client-go and what stands on it once for all of them. The component is selected by argv[0] (the node image
// links each name to the binary) or by the first argument.
package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	_ "time/tzdata"

	"bluecore.internal/lab/hyperkube/coredns"
	"bluecore.internal/lab/hyperkube/flanneld"
	"bluecore.internal/lab/hyperkube/policies"
	"github.com/spf13/cobra"
	"go.etcd.io/etcd/server/v3/etcdmain"
	_ "k8s.io/client-go/plugin/pkg/client/auth"
	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/logs/json/register"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllers "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	proxy "k8s.io/kubernetes/cmd/kube-proxy/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	kubelet "k8s.io/kubernetes/cmd/kubelet/app"
)

// server wraps a Kubernetes component, which runs until it receives a signal.
func server(command func() *cobra.Command) func() {
	return func() {
		coredns.HideFlags()
		os.Exit(cli.Run(command()))
	}
}

// Each component parses os.Args itself.
var components = map[string]func(){
	"kube-apiserver":          server(apiserver.NewAPIServerCommand),
	"kube-controller-manager": server(controllers.NewControllerManagerCommand),
	"kube-scheduler":          server(func() *cobra.Command { return scheduler.NewSchedulerCommand() }),
	"kubelet":                 server(func() *cobra.Command { return kubelet.NewKubeletCommand(context.Background()) }),
	"kube-proxy":              server(proxy.NewProxyCommand),
	"etcd":                    func() { etcdmain.Main(os.Args) },
	"coredns":                 coredns.Run,
	"flanneld":                flanneld.Run,
	"policies":                policies.Run,
}

func main() {
	component := components[filepath.Base(os.Args[0])]
	if component == nil && len(os.Args) > 1 {
		component = components[os.Args[1]]
		os.Args = os.Args[1:]
	}
	if component == nil {
		names := slices.Sorted(maps.Keys(components))
		fmt.Fprintf(os.Stderr, "usage: hyperkube COMPONENT [FLAGS]\ncomponents: %s\n", strings.Join(names, " "))
		os.Exit(2)
	}
	component()
}
