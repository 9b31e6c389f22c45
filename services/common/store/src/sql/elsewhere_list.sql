SELECT unit, epoch FROM elsewhere ORDER BY unit, epoch
