recommend --modle deepseek-r1
exit 2
