SELECT source, epoch, pos FROM cursor ORDER BY source
