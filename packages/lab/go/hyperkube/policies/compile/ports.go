package compile

import (
	"fmt"
	"slices"
	"strings"

	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// toPort opens a port of the pod to these peers. A named port that the pod does not have opens nothing.
func (of peers) toPort(pod *core.Pod, port networking.NetworkPolicyPort) []string {
	number, has := numberOf(pod, port)
	if isNamed(port) && !has {
		return nil
	}
	return joined(of.matches("ip saddr"), portMatch(port, number))
}

// atPort opens the way to a port of these peers. The name of a port may stand for another number at each of them, and
// says nothing of a block's addresses.
func (of peers) atPort(port networking.NetworkPolicyPort) []string {
	if !isNamed(port) {
		return joined(of.matches("ip daddr"), portMatch(port, 0))
	}
	having := map[int32][]*core.Pod{}
	var numbers []int32
	for _, pod := range of.pods {
		if number, has := numberOf(pod, port); has {
			having[number] = append(having[number], pod)
			numbers = append(numbers, number)
		}
	}
	slices.Sort(numbers)
	var open []string
	for _, number := range slices.Compact(numbers) {
		open = append(open, addresses("ip daddr", having[number])+" "+portMatch(port, number))
	}
	return open
}

func joined(peers []string, port string) []string {
	var all []string
	for _, peer := range peers {
		all = append(all, strings.TrimSpace(peer+" "+port))
	}
	return all
}

func isNamed(port networking.NetworkPolicyPort) bool {
	return port.Port != nil && port.Port.Type == intstr.String
}

// numberOf looks a port's name up in the containers that run beside each other: init containers only if they stay.
func numberOf(pod *core.Pod, port networking.NetworkPolicyPort) (int32, bool) {
	if !isNamed(port) {
		return 0, false
	}
	containers := slices.Clone(pod.Spec.Containers)
	for _, container := range pod.Spec.InitContainers {
		if container.RestartPolicy != nil && *container.RestartPolicy == core.ContainerRestartPolicyAlways {
			containers = append(containers, container)
		}
	}
	for _, container := range containers {
		for _, has := range container.Ports {
			if has.Name == port.Port.StrVal && protocolOf(&has.Protocol) == protocolOf(port.Protocol) {
				return has.ContainerPort, true
			}
		}
	}
	return 0, false
}

// protocolNumbers spare the node a file with the protocols' names.
var protocolNumbers = map[core.Protocol]int{core.ProtocolTCP: 6, core.ProtocolUDP: 17, core.ProtocolSCTP: 132}

// portMatch matches a port, a range of ports, or a whole protocol; number stands for a port's name.
func portMatch(port networking.NetworkPolicyPort, number int32) string {
	protocol := strings.ToLower(string(protocolOf(port.Protocol)))
	switch {
	case port.Port == nil:
		return fmt.Sprintf("meta l4proto %d", protocolNumbers[protocolOf(port.Protocol)])
	case isNamed(port):
		return fmt.Sprintf("%s dport %d", protocol, number)
	case port.EndPort != nil:
		return fmt.Sprintf("%s dport %d-%d", protocol, port.Port.IntVal, *port.EndPort)
	default:
		return fmt.Sprintf("%s dport %d", protocol, port.Port.IntVal)
	}
}

// protocolOf is TCP where none is said.
func protocolOf(said *core.Protocol) core.Protocol {
	if said == nil || *said == "" {
		return core.ProtocolTCP
	}
	return *said
}
